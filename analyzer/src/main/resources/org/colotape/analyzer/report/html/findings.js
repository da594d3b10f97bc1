'use strict';
// What went wrong, as cards.

/** Runs of pages that a card lists. */
const LISTED_RUNS = 10;

function findingCards(recording, at) {
  if (recording.findings.length === 0) {
    return [element('p', {}, 'Nothing was found.')];
  }
  return recording.findings.map((finding, i) => findingCard(recording, finding, i, at));
}

function findingCard(recording, finding, index, at) {
  const card = element('article', { id: `finding-${index}`, tabIndex: -1 },
    element('h3', {},
      `${finding.cause} `,
      element('span', { className: 'badge', title: ORACLES[finding.oracle] }, `breaks ${finding.oracle}`), ' ',
      element('span', { className: 'badge' }, finding.confidence), ' ',
      element('button', { type: 'button', onclick: () => at.checkpoint(finding.checkpoint) },
        `checkpoint ${finding.checkpoint}`)),
    element('p', {}, finding.text),
    element('p', { className: 'hint' }, `${finding.oracle}: ${ORACLES[finding.oracle]}.`));
  finding.pages.forEach((bounds, block) => {
    if (bounds.length > 0) {
      card.append(pageList(recording, bounds, block, (page) => {
        at.checkpoint(finding.checkpoint);
        at.page({ block, page });
      }));
    }
  });
  if (finding.events.length > 0) {
    card.append(element('p', {}, `Events: ${finding.events.join(', ')}. `,
      element('code', {}, showCommand(recording, finding))));
  }
  finding.specimens.forEach((specimen, i) => {
    const details = element('details', { open: i === 0 },
      element('summary', {}, `Bytes of ${recording.address(specimen)}`));
    details.append(hexDiff(recording, specimen));
    card.append(details);
  });
  return card;
}

function pageList(recording, bounds, block, choose) {
  const { name, pageSize } = recording.blocks[block];
  const list = element('p', {}, `Pages of ${name}: `);
  for (let run = 0; run < Math.min(bounds.length, 2 * LISTED_RUNS); run += 2) {
    const [from, to] = [bounds[run], bounds[run + 1]];
    const text = to - from === 1
      ? hex(from * pageSize) : `${hex(from * pageSize)} to ${hex((to - 1) * pageSize)} (${count(to - from)})`;
    list.append(run > 0 ? ', ' : '', link(text, () => choose(from)));
  }
  const left = bounds.length / 2 - LISTED_RUNS;
  list.append(left > 0 ? ` and ${count(left)} runs more` : '');
  return list;
}

function showCommand(recording, finding) {
  const block = finding.pages.findIndex((bounds) => bounds.length > 0);
  const where = block < 0
    ? '' : ` --block ${quoted(recording.blocks[block].name)} --pages ${finding.pages[block][0]}`;
  const when = block < 0 ? ` --checkpoint ${finding.checkpoint}` : '';
  return `colotape show ${quoted(recording.recording)}${when}${where}`;
}
