'use strict';
// The recording that the page is about: who sent which page when, and where memories differ.

/** Pairs of memories that can differ, as bits. */
const PAIRS = { 'pvm-cache': 1, 'cache-svm': 2, 'pvm-svm': 4 };

/** States of a page on the map; of pages that share a cell the highest shows. */
const STATE = { outside: 0, never: 1, earlier: 2, now: 3, pvmSvm: 4, cacheSvm: 5, pvmCache: 6, all: 7 };

/** The state for each set of differing pairs. */
const DIFFERENCE = [0, 6, 5, 7, 4, 6, 5, 7];

const STATES = [
  null,
  { name: 'never', text: 'never sent' },
  { name: 'earlier', text: 'sent before' },
  { name: 'now', text: 'sent in this checkpoint' },
  { name: 'pvm-svm', text: 'SVM RAM is not the PVM' },
  { name: 'cache-svm', text: 'SVM RAM is not the cache' },
  { name: 'pvm-cache', text: 'cache is not the PVM' },
  { name: 'all', text: 'all three differ' },
];

/** Runs of pages by block, as [from, to, from, to, ...] in ascending order. */
function expanded(runsOfBlocks) {
  return runsOfBlocks.map((runs) => {
    const bounds = new Int32Array(runs.length);
    for (let i = 0, at = 0; i < runs.length; i += 2) {
      bounds[i] = at + runs[i];
      bounds[i + 1] = at = bounds[i] + runs[i + 1];
    }
    return bounds;
  });
}

const NO_RUNS = new Int32Array(0);

/** True if a page is in one of the runs. */
function includes(bounds, page) {
  let low = 0;
  let high = bounds.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[2 * middle + 1] <= page) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < bounds.length / 2 && bounds[2 * low] <= page;
}

class Recording {
  /** @param model what PageModel.java wrote */
  constructor(model) {
    Object.assign(this, model);
    let differing = {};
    for (const checkpoint of this.checkpoints) {
      checkpoint.sent = expanded(checkpoint.sent);
      if (checkpoint.differing) {
        differing = Object.fromEntries(
          Object.entries(checkpoint.differing).map(([pair, runs]) => [pair, expanded(runs)]));
      }
      // what is not said anew is as it was
      checkpoint.differing = checkpoint.notCompared ? {} : differing;
      checkpoint.pagesSent = Object.values(checkpoint.encodings).reduce((sum, n) => sum + n, 0);
      checkpoint.pagesDiffering ??= 0;
    }
    for (const finding of this.findings) {
      finding.pages = expanded(finding.pages);
    }
    this.firstSent = this.blocks.map((block) => new Int32Array(block.pages).fill(0x7fffffff));
    for (let i = this.checkpoints.length - 1; i >= 0; i--) {
      this.checkpoints[i].sent.forEach((bounds, block) => {
        for (let run = 0; run < bounds.length; run += 2) {
          this.firstSent[block].fill(i, bounds[run], bounds[run + 1]);
        }
      });
    }
  }

  /** The index of the first checkpoint that diverges, or -1. */
  get firstDivergent() {
    return this.checkpoints.findIndex((checkpoint) => checkpoint.pagesDiffering > 0);
  }

  /** The states that pages may have anywhere in this recording. */
  legend() {
    const states = new Set([STATE.never, STATE.earlier, STATE.now]);
    for (const { differing } of this.checkpoints) {
      const [cache, svm, pvm] = ['pvm-cache', 'cache-svm', 'pvm-svm'].map((pair) => pair in differing);
      states.add(cache ? STATE.pvmCache : svm ? STATE.cacheSvm : pvm ? STATE.pvmSvm : STATE.never);
      if (cache && svm) {
        states.add(STATE.cacheSvm).add(STATE.all);
      }
    }
    return [...states].sort();
  }

  /** Writes the states of a block's pages at a checkpoint into an array, from a place on. */
  states(index, block, into, place) {
    const first = this.firstSent[block];
    for (let page = 0; page < first.length; page++) {
      into[place + page] = first[page] <= index ? STATE.earlier : STATE.never;
    }
    const sent = this.checkpoints[index].sent[block] ?? NO_RUNS;
    for (let run = 0; run < sent.length; run += 2) {
      into.fill(STATE.now, place + sent[run], place + Math.min(sent[run + 1], first.length));
    }
    const pairs = new Map();
    for (const [pair, blocks] of Object.entries(this.checkpoints[index].differing)) {
      const bounds = blocks[block] ?? NO_RUNS;
      for (let run = 0; run < bounds.length; run += 2) {
        for (let page = bounds[run]; page < Math.min(bounds[run + 1], first.length); page++) {
          pairs.set(page, (pairs.get(page) ?? 0) | PAIRS[pair]);
        }
      }
    }
    pairs.forEach((bits, page) => { into[place + page] = DIFFERENCE[bits]; });
  }

  /** The pairs that differ on a page at a checkpoint. */
  differs(index, block, page) {
    return Object.entries(this.checkpoints[index].differing)
      .filter(([, blocks]) => includes(blocks[block] ?? NO_RUNS, page))
      .map(([pair]) => pair);
  }

  /** The state of one page at a checkpoint. */
  state(index, block, page) {
    const bits = this.differs(index, block, page).reduce((all, pair) => all | PAIRS[pair], 0);
    if (bits) {
      return DIFFERENCE[bits];
    }
    if (includes(this.checkpoints[index].sent[block] ?? NO_RUNS, page)) {
      return STATE.now;
    }
    return this.firstSent[block][page] <= index ? STATE.earlier : STATE.never;
  }

  /** The numbers of the checkpoints that sent a page. */
  sentIn(block, page) {
    return this.checkpoints
      .filter((checkpoint) => includes(checkpoint.sent[block] ?? NO_RUNS, page))
      .map((checkpoint) => checkpoint.checkpoint);
  }

  /** The index of the first checkpoint at which a page differs, or -1. */
  differsSince(block, page) {
    return this.checkpoints.findIndex((_, index) => this.differs(index, block, page).length > 0);
  }

  /** The findings about a page. */
  findingsOn(block, page) {
    return this.findings.filter((finding) => includes(finding.pages[block] ?? NO_RUNS, page));
  }

  /**
   * The next page that differs at a checkpoint, in the order of the map, behind a page or before
   * it; goes around. Null if there is none.
   */
  nextDiffering(index, from, step) {
    const all = [];
    this.blocks.forEach((_, block) => {
      for (const blocks of Object.values(this.checkpoints[index].differing)) {
        const bounds = blocks[block] ?? NO_RUNS;
        for (let run = 0; run < bounds.length; run += 2) {
          all.push([block, bounds[run], bounds[run + 1]]);
        }
      }
    });
    if (all.length === 0) {
      return null;
    }
    const order = (a, b) => a[0] - b[0] || a[1] - b[1];
    let best = null;
    for (const [block, first, end] of all) {
      // the page of this run that is nearest behind, or before, where one is
      let page = step > 0 ? first : end - 1;
      if (from && block === from.block) {
        page = step > 0 ? Math.max(first, from.page + 1) : Math.min(end - 1, from.page - 1);
      }
      const beyond = from ? order([block, page], [from.block, from.page]) * step > 0 : true;
      if (page >= first && page < end && beyond
          && (!best || order([block, page], [best.block, best.page]) * step < 0)) {
        best = { block, page };
      }
    }
    if (best || !from) {
      return best;
    }
    return this.nextDiffering(index, null, step);
  }

  /** A page's name. */
  address({ block, page }) {
    return `${this.blocks[block].name}+${hex(page * this.blocks[block].pageSize)}`;
  }
}
