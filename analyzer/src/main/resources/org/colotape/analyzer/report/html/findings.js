'use strict';
// What went wrong, as cards.

/** Runs of pages that a card lists. */
const LISTED_RUNS = 10;

/** Cards that are added at a time. */
const CARDS_AT_ONCE = 20;

class Findings {
  /**
   * @param place where the cards go
   * @param recording whose findings
   * @param at goes to checkpoints and pages
   */
  constructor(place, recording, at) {
    this.place = place;
    this.recording = recording;
    this.at = at;
    this.cards = [];
    if (recording.findings.length === 0) {
      place.append(element('p', {}, 'Nothing was found.'));
    } else {
      this.more = element('button', { type: 'button', onclick: () => this.#add(this.cards.length + CARDS_AT_ONCE) });
      place.append(this.more);
      this.#add(CARDS_AT_ONCE);
      this.cards[0].open = true;
    }
  }

  /** Opens a finding and goes there. */
  show(index) {
    this.#add(index + 1);
    this.cards.forEach((card) => card.classList.remove('now'));
    const card = this.cards[index];
    card.open = true;
    card.classList.add('now');
    card.firstChild.focus();
    card.scrollIntoView({ block: 'nearest' });
  }

  /** Adds cards until there are so many. */
  #add(wanted) {
    while (this.cards.length < Math.min(wanted, this.recording.findings.length)) {
      const card = this.#card(this.recording.findings[this.cards.length]);
      this.cards.push(card);
      this.more.before(card);
    }
    const left = this.recording.findings.length - this.cards.length;
    this.more.hidden = left === 0;
    this.more.textContent = `${count(left)} findings more`;
  }

  /** A card is filled when it is opened: there may be thousands. */
  #card(finding) {
    const card = element('details', { className: 'finding' },
      element('summary', {},
        element('h3', {}, finding.cause), ' ',
        element('span', { className: 'badge', title: ORACLES[finding.oracle] }, `breaks ${finding.oracle}`), ' ',
        element('span', { className: 'badge' }, finding.confidence), ' ',
        element('span', { className: 'badge' }, `checkpoint ${finding.checkpoint}`), ' ',
        finding.text));
    card.addEventListener('toggle', () => {
      if (card.open && card.childElementCount === 1) {
        card.append(...this.#body(finding));
      }
    });
    return card;
  }

  #body(finding) {
    const { recording, at } = this;
    const parts = [element('p', {},
      element('button', { type: 'button', onclick: () => at.checkpoint(finding.checkpoint) },
        `Go to checkpoint ${finding.checkpoint}`),
      ` ${finding.oracle}: ${ORACLES[finding.oracle]}.`)];
    finding.pages.forEach((bounds, block) => {
      if (bounds.length > 0) {
        parts.push(pageList(recording, bounds, block, (page) => {
          at.checkpoint(finding.checkpoint);
          at.page({ block, page });
        }));
      }
    });
    if (finding.events.length > 0) {
      parts.push(element('p', {}, `Events: ${finding.events.join(', ')}. `,
        element('code', {}, showCommand(recording, finding))));
    }
    finding.specimens.forEach((specimen, i) => {
      parts.push(element('details', { open: i === 0 },
        element('summary', {}, `Bytes of ${recording.address(specimen)}`),
        hexDiff(recording, specimen)));
    });
    return parts;
  }
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
  return `colotape show ${quoted(recording.argument)}${when}${where}`;
}
