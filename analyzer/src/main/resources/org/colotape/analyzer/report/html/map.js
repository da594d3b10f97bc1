'use strict';
// The map of guest memory: draws the grid, and is moved, zoomed and walked on.

class MemoryMap {
  /**
   * @param canvas where to draw
   * @param recording whose memory
   * @param choose is told a page that was chosen
   */
  constructor(canvas, recording, choose) {
    this.canvas = canvas;
    this.recording = recording;
    this.choose = choose;
    this.chosen = null;
    this.cells = document.createElement('canvas');
    this.grid = new Grid(recording.blocks, 2.2);
    this.frame = 0;
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#resized()).observe(canvas);
  }

  /** Shows a checkpoint. */
  show(index) {
    this.grid.fill((block, states, place) => this.recording.states(index, block, states, place));
    this.redraw();
  }

  /** Marks a page, and moves it into sight. */
  mark(page) {
    this.chosen = page;
    if (page && this.view) {
      const { column, row } = this.grid.cell(page);
      const { scale, width, height } = this.view;
      const [x, y] = [(column - this.view.x) * scale, (row - this.view.y) * scale];
      if (x < 0 || x + scale > width) {
        this.view.x = column - width / scale / 2;
      }
      if (y < 0 || y + scale > height) {
        this.view.y = row - height / scale / 2;
      }
    }
    this.redraw();
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Shows all of memory. */
  fit() {
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    const scale = Math.min(width / this.grid.columns, height / this.grid.rows);
    this.view = { scale, least: scale, width, height, x: 0, y: 0 };
    this.view.x = (this.grid.columns - width / scale) / 2;
    this.redraw();
  }

  /** Zooms by a factor; the point of the canvas stays where it is. */
  zoom(factor, x = this.view.width / 2, y = this.view.height / 2) {
    const view = this.view;
    const scale = Math.min(48, Math.max(view.least, view.scale * factor));
    view.x += x / view.scale - x / scale;
    view.y += y / view.scale - y / scale;
    view.scale = scale;
    if (scale === view.least) {
      this.fit();
    }
    this.redraw();
  }

  #resized() {
    const ratio = window.devicePixelRatio || 1;
    const wanted = (this.grid.rows * this.canvas.clientWidth) / this.grid.columns;
    this.canvas.style.height = `${Math.round(Math.min(460, Math.max(140, wanted + 6)))}px`;
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
    this.fit();
  }

  /** The colours of the style sheet, as the pixels of an image take them. */
  colours() {
    const style = getComputedStyle(document.documentElement);
    const pixels = new Uint32Array(STATES.length);
    STATES.forEach((state, i) => {
      if (state) {
        const rgb = parseInt(style.getPropertyValue('--' + state.name).trim().slice(1), 16);
        pixels[i] = 0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
      }
    });
    return { pixels, ink: style.getPropertyValue('--ink'), ground: style.getPropertyValue('--card') };
  }

  /** Draws what is in sight: of a memory too large for the screen, cells that stand for many pages. */
  draw() {
    const view = this.view;
    if (!view || !view.width) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const colours = this.colours();
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const wanted = Math.ceil(Math.log2(1 / (view.scale * ratio)));
    const number = Math.min(this.grid.levels.length - 1, Math.max(0, wanted));
    const level = this.grid.levels[number];
    const size = 2 ** number;
    const left = Math.max(0, Math.floor(view.x / size));
    const top = Math.max(0, Math.floor(view.y / size));
    const right = Math.min(level.width, Math.ceil((view.x + view.width / view.scale) / size));
    const bottom = Math.min(level.height, Math.ceil((view.y + view.height / view.scale) / size));
    if (right > left && bottom > top) {
      this.#cells(level, left, top, right - left, bottom - top, colours.pixels);
      context.imageSmoothingEnabled = false;
      context.drawImage(
        this.cells, 0, 0, right - left, bottom - top,
        (left * size - view.x) * view.scale, (top * size - view.y) * view.scale,
        (right - left) * size * view.scale, (bottom - top) * size * view.scale);
    }
    if (view.scale >= 8) {
      this.#lines(context, colours.ground);
    }
    this.#names(context, colours);
    this.#mark(context, colours);
  }

  #cells(level, left, top, width, height, pixels) {
    this.cells.width = width;
    this.cells.height = height;
    const context = this.cells.getContext('2d');
    const image = context.createImageData(width, height);
    const out = new Uint32Array(image.data.buffer);
    for (let y = 0; y < height; y++) {
      const from = (top + y) * level.width + left;
      for (let x = 0; x < width; x++) {
        out[y * width + x] = pixels[level.states[from + x]];
      }
    }
    context.putImageData(image, 0, 0);
  }

  #lines(context, colour) {
    const { x, y, scale, width, height } = this.view;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    for (let column = Math.ceil(x); (column - x) * scale < width; column++) {
      context.moveTo((column - x) * scale, 0);
      context.lineTo((column - x) * scale, height);
    }
    for (let row = Math.ceil(y); (row - y) * scale < height; row++) {
      context.moveTo(0, (row - y) * scale);
      context.lineTo(width, (row - y) * scale);
    }
    context.stroke();
  }

  #names(context, colours) {
    const { x, y, scale } = this.view;
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'bottom';
    this.grid.bands.forEach((band, block) => {
      const top = (band.top - y) * scale;
      if (top > 0 && top < this.view.height + 14) {
        const { name, pages: all, pageSize } = this.recording.blocks[block];
        const text = `${name}  ${bytes(all * pageSize)}`;
        const left = Math.max(2, -x * scale);
        context.fillStyle = colours.ground;
        context.fillRect(left - 1, top - 15, context.measureText(text).width + 4, 14);
        context.fillStyle = colours.ink;
        context.fillText(text, left + 1, top - 1);
      }
    });
  }

  #mark(context, colours) {
    if (!this.chosen) {
      return;
    }
    const { column, row } = this.grid.cell(this.chosen);
    const { x, y, scale } = this.view;
    const size = Math.max(scale, 7);
    const left = (column + 0.5 - x) * scale - size / 2;
    const top = (row + 0.5 - y) * scale - size / 2;
    for (const [colour, width] of [[colours.ground, 4], [colours.ink, 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(left - 1, top - 1, size + 2, size + 2);
    }
  }

  #wheel(event) {
    // the page must stay scrollable: the map zooms for who has chosen it
    if (event.ctrlKey || document.activeElement === this.canvas) {
      event.preventDefault();
      this.zoom(2 ** (-event.deltaY / 240), event.offsetX, event.offsetY);
    }
  }

  #press(down) {
    const { x, y, scale } = this.view;
    let moved = false;
    const move = (event) => {
      const [across, along] = [event.clientX - down.clientX, event.clientY - down.clientY];
      moved ||= Math.hypot(across, along) > 4;
      if (moved) {
        this.view.x = x - across / scale;
        this.view.y = y - along / scale;
        this.redraw();
      }
    };
    const up = () => {
      this.canvas.removeEventListener('pointermove', move);
      const page = this.grid.pageAt(
        Math.floor(x + down.offsetX / scale), Math.floor(y + down.offsetY / scale));
      if (!moved && page) {
        this.choose(page);
      }
    };
    this.canvas.setPointerCapture(down.pointerId);
    this.canvas.addEventListener('pointermove', move);
    this.canvas.addEventListener('pointerup', up, { once: true });
  }

  #key(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (arrow && event.shiftKey) {
      this.view.x += (arrow[0] * this.view.width) / this.view.scale / 8;
      this.view.y += (arrow[1] * this.view.height) / this.view.scale / 8;
      this.redraw();
    } else if (arrow) {
      this.#walk(...arrow);
    } else if (event.key === '+' || event.key === '=') {
      this.#zoomAtMark(2);
    } else if (event.key === '-') {
      this.#zoomAtMark(0.5);
    } else if (event.key === '0') {
      this.fit();
    } else {
      return;
    }
    event.preventDefault();
  }

  #zoomAtMark(factor) {
    if (!this.chosen) {
      this.zoom(factor);
      return;
    }
    const { column, row } = this.grid.cell(this.chosen);
    const { x, y, scale } = this.view;
    this.zoom(factor, (column + 0.5 - x) * scale, (row + 0.5 - y) * scale);
  }

  /** To the page beside, above or below; over a gap to the next block. */
  #walk(across, along) {
    const from = this.chosen ?? { block: 0, page: 0 };
    let { block, page } = from;
    page += across + along * this.grid.columns;
    if (page < 0 && block > 0) {
      block--;
      page = this.recording.blocks[block].pages - 1;
    } else if (page >= this.recording.blocks[block].pages && block < this.recording.blocks.length - 1) {
      block++;
      page = 0;
    }
    if (page >= 0 && page < this.recording.blocks[block].pages) {
      this.choose({ block, page });
    }
  }
}
