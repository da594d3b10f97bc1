'use strict';
// Where each page lies on the map: blocks are bands, one below the other, with as many pages in a
// row as makes the whole about as wide as it is to be shown.

class Grid {
  /**
   * @param blocks the RAM blocks
   * @param aspect width by height of the map
   */
  constructor(blocks, aspect) {
    const all = blocks.reduce((sum, block) => sum + block.pages, 0);
    this.columns = 16;
    while (this.columns * (this.columns / aspect) < all) {
      this.columns *= 2;
    }
    // room for a name above each band
    this.gap = Math.max(1, Math.ceil(this.columns / 48));
    let row = 0;
    this.bands = blocks.map((block) => {
      const top = row + this.gap;
      const height = Math.ceil(block.pages / this.columns);
      row = top + height;
      return { top, height, pages: block.pages };
    });
    this.rows = row;
    this.levels = [];
    let width = this.columns;
    let height = this.rows;
    for (;;) {
      this.levels.push({ width, height, states: new Uint8Array(width * height) });
      if (width === 1 && height <= 1) {
        break;
      }
      width = Math.max(1, width >> 1);
      height = (height + 1) >> 1;
    }
  }

  /**
   * Takes the states of all pages.
   *
   * @param write writes those of a block into an array, from a place on
   */
  fill(write) {
    this.bands.forEach((band, block) => write(block, this.levels[0].states, band.top * this.columns));
    for (let i = 1; i < this.levels.length; i++) {
      this.#reduce(this.levels[i - 1], this.levels[i]);
    }
  }

  /** Four cells become one, which shows the highest state: a single page that differs stays visible. */
  #reduce(from, to) {
    for (let y = 0; y < to.height; y++) {
      const upper = 2 * y * from.width;
      const lower = 2 * y + 1 < from.height ? upper + from.width : upper;
      for (let x = 0; x < to.width; x++) {
        const right = Math.min(2 * x + 1, from.width - 1);
        to.states[y * to.width + x] = Math.max(
          from.states[upper + 2 * x], from.states[upper + right],
          from.states[lower + 2 * x], from.states[lower + right]);
      }
    }
  }

  /** The page at a cell, or null. */
  pageAt(column, row) {
    if (column < 0 || column >= this.columns) {
      return null;
    }
    const block = this.bands.findIndex((band) => row >= band.top && row < band.top + band.height);
    const page = block < 0 ? -1 : (row - this.bands[block].top) * this.columns + column;
    return block >= 0 && page < this.bands[block].pages ? { block, page } : null;
  }

  /** The cell of a page. */
  cell({ block, page }) {
    return {
      column: page % this.columns,
      row: this.bands[block].top + Math.floor(page / this.columns),
    };
  }
}
