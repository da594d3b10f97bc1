'use strict';
// All that is known of the chosen page.

/** So many checkpoints are listed. */
const LISTED_CHECKPOINTS = 12;

function pagePanel(recording, index, page, at) {
  if (!page) {
    return [element('p', { className: 'hint' }, 'No page is chosen.')];
  }
  const block = recording.blocks[page.block];
  const state = recording.state(index, page.block, page.page);
  const since = recording.differsSince(page.block, page.page);
  const parts = [
    element('h3', {}, recording.address(page)),
    element('dl', {},
      ...terms('State', element('span', {}, swatch(state), STATES[state].text)),
      ...terms('Page', `${count(page.page)} of ${count(block.pages)} in ${block.name}`),
      ...terms('Sent in', sentIn(recording, page, at)),
      ...terms('Differs', since < 0
        ? 'at no checkpoint'
        : link(`since checkpoint ${recording.checkpoints[since].checkpoint}`,
          () => at.checkpoint(recording.checkpoints[since].checkpoint)))),
  ];
  for (const finding of recording.findingsOn(page.block, page.page)) {
    parts.push(element('p', {}, 'Finding: ',
      link(`${finding.cause}, checkpoint ${finding.checkpoint}`,
        () => at.finding(recording.findings.indexOf(finding)))));
  }
  parts.push(element('p', {}, 'Its history: ',
    element('code', {}, `colotape blame ${quoted(recording.argument)} ${quoted(recording.address(page))}`)));
  return parts;
}

/** The colour of a state. */
function swatch(state) {
  const made = element('span', { className: 'swatch' });
  made.style.background = `var(--${STATES[state].name})`;
  return made;
}

const terms = (term, value) => [element('dt', {}, term), element('dd', {}, value)];

function sentIn(recording, page, at) {
  const numbers = recording.sentIn(page.block, page.page);
  if (numbers.length === 0) {
    return 'no checkpoint';
  }
  const shown = numbers.slice(0, LISTED_CHECKPOINTS);
  const list = element('span', {}, shown.length === 1 ? 'checkpoint ' : 'checkpoints ');
  shown.forEach((number, i) => {
    list.append(i > 0 ? ', ' : '', link(String(number), () => at.checkpoint(number)));
  });
  const left = numbers.length - shown.length;
  list.append(left > 0 ? ` and ${left} more` : '');
  return list;
}
