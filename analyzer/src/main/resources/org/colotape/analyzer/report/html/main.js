'use strict';
// Puts the page together: one chosen checkpoint, one chosen page, and all views follow them.

/** The JSON that was packed into the page. */
async function unpacked() {
  const packed = fromBase64($('data').textContent.trim());
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

class Report {
  constructor(recording) {
    this.recording = recording;
    this.index = Math.max(0, recording.firstDivergent < 0 ? recording.checkpoints.length - 1 : recording.firstDivergent);
    this.page = null;
    this.finding = -1;
    this.at = {
      checkpoint: (number) => this.choose(recording.checkpoints.findIndex((c) => c.checkpoint === number)),
      page: (page) => this.choosePage(page),
      finding: (index) => this.chooseFinding(index),
    };
    this.timeline = new Timeline($('charts'), recording, (index) => this.choose(index));
    this.map = new MemoryMap($('map'), recording, (page) => this.choosePage(page));
    this.#head();
    this.#tail();
    this.findings = new Findings($('findings'), recording, this.at);
    this.#listen();
    this.timeline.draw();
    this.choose(this.index);
    this.choosePage(recording.checkpoints.length > 0 ? recording.nextDiffering(this.index, null, 1) : null);
  }

  /** Goes to the checkpoint with that index. */
  choose(index) {
    if (index < 0 || index >= this.recording.checkpoints.length) {
      return;
    }
    this.index = index;
    const checkpoint = this.recording.checkpoints[index];
    $('slider').value = index;
    $('slider').setAttribute('aria-valuetext', `checkpoint ${checkpoint.checkpoint}`);
    $('at').textContent = this.#sentence(checkpoint);
    this.timeline.show(index);
    this.map.show(index);
    this.#panel();
    $('protocol-title').textContent = `Protocol of checkpoint ${checkpoint.checkpoint}`;
    const wrong = this.recording.findings.filter((finding) => finding.oracle === 'I9').flatMap((finding) => finding.events);
    $('protocol').replaceChildren(...sequenceDiagram(this.recording, checkpoint, wrong));
    document.querySelectorAll('#table tr.now').forEach((row) => row.classList.remove('now'));
    $(`row-${index}`)?.classList.add('now');
  }

  choosePage(page) {
    this.page = page;
    this.map.mark(page);
    this.#panel();
  }

  /** Goes to a finding: its checkpoint, its first page, its card. */
  chooseFinding(index) {
    const finding = this.recording.findings[index];
    if (!finding) {
      return;
    }
    this.finding = index;
    this.at.checkpoint(finding.checkpoint);
    const block = finding.pages.findIndex((bounds) => bounds.length > 0);
    if (block >= 0) {
      this.choosePage({ block, page: finding.pages[block][0] });
    }
    this.findings.show(index);
  }

  #panel() {
    $('page').replaceChildren(...pagePanel(this.recording, this.index, this.page, this.at));
  }

  #sentence(checkpoint) {
    const sent = `checkpoint ${checkpoint.checkpoint}: ${pages(checkpoint.pagesSent)} sent`;
    const paused = this.recording.timed && checkpoint.pause != null ? `, paused for ${duration(checkpoint.pause)}` : '';
    if (checkpoint.notCompared) {
      return `${sent}${paused}; not compared (${checkpoint.notCompared.replaceAll('-', ' ')})`;
    }
    const known = Object.keys(MEMORIES).filter((memory) => memory in checkpoint.sources)
      .map((memory) => `${MEMORIES[memory]} ${source(memory, checkpoint.sources[memory])}`);
    const verdict = checkpoint.pagesDiffering === 0 ? 'no page differs' : `${pages(checkpoint.pagesDiffering)} ${checkpoint.pagesDiffering === 1 ? 'differs' : 'differ'}`;
    return `${sent}${paused}; ${verdict} (${known.join(', ')})`;
  }

  #head() {
    const recording = this.recording;
    const marks = { 'in-step': '\u2713 in step', diverged: '\u2717 diverged', undecided: '? undecided' };
    $('verdict').dataset.outcome = recording.outcome;
    $('outcome').textContent = marks[recording.outcome];
    $('recording').textContent = recording.recording;
    $('summary').textContent = recording.summary[0].toUpperCase() + recording.summary.slice(1) + '.';
    const size = recording.blocks.reduce((sum, block) => sum + block.pages * block.pageSize, 0);
    const sum = (of) => recording.checkpoints.reduce((all, checkpoint) => all + of(checkpoint), 0);
    $('facts').replaceChildren(...rows([
      ['Checkpoints', recording.checkpoints.length === 0 ? 'none' : `${recording.checkpoints[0].checkpoint} to ${recording.checkpoints.at(-1).checkpoint}`],
      ['Findings', String(recording.findings.length)],
      ['Guest memory', `${bytes(size)} in ${recording.blocks.length} blocks`],
      ['Sent', `${pages(sum((c) => c.pagesSent))}, ${bytes(sum((c) => c.toSvm))}`],
      ['Rules', recording.rules],
      ['Recorded by', recording.recorder],
      ['Captured from', recording.sources.join('; ')],
    ]));
    $('slider').max = Math.max(0, recording.checkpoints.length - 1);
    $('untimed').hidden = recording.timed;
    $('untimed').textContent = 'This recording was not made live: it has no times, so no pauses are shown.';
    $('legend').replaceChildren(...recording.legend().map(
      (state) => element('li', {}, swatch(state), STATES[state].text)));
  }

  #tail() {
    const head = ['Checkpoint', 'Pages sent', 'PVM to SVM', 'SVM to PVM', 'Pause', 'Compared', 'Differ', 'State'];
    const table = element('table', {},
      element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))));
    const body = element('tbody');
    this.recording.checkpoints.forEach((checkpoint, index) => {
      const cells = [
        link(String(checkpoint.checkpoint), () => this.choose(index)),
        count(checkpoint.pagesSent), bytes(checkpoint.toSvm), bytes(checkpoint.toPvm),
        this.recording.timed && checkpoint.pause != null ? duration(checkpoint.pause) : '',
        checkpoint.notCompared ? '' : count(checkpoint.pagesCompared),
        checkpoint.notCompared ? '' : count(checkpoint.pagesDiffering),
        checkpoint.notCompared ? `not compared (${checkpoint.notCompared.replaceAll('-', ' ')})` : checkpoint.whole ? 'whole' : 'not whole',
      ];
      body.append(element('tr', { id: `row-${index}`, className: checkpoint.pagesDiffering > 0 ? 'diverged' : '' },
        ...cells.map((cell) => element('td', {}, cell))));
    });
    table.append(body);
    $('table').append(element('div', { className: 'scroll' }, table));
    $('remarks').hidden = this.recording.remarks.length === 0;
    $('remarks').append(element('ul', {}, ...this.recording.remarks.map((text) => element('li', {}, text))));
  }

  #listen() {
    $('slider').addEventListener('input', () => this.choose(Number($('slider').value)));
    $('back').addEventListener('click', () => this.choose(this.index - 1));
    $('forth').addEventListener('click', () => this.choose(this.index + 1));
    $('theme').addEventListener('click', () => this.#theme());
    $('keys').addEventListener('click', () => $('help').showModal());
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || $('help').open) {
      return;
    }
    const keys = {
      ',': () => this.choose(this.index - 1),
      '.': () => this.choose(this.index + 1),
      '[': () => this.#divergent(-1),
      ']': () => this.#divergent(1),
      n: () => this.choosePage(this.recording.nextDiffering(this.index, this.page, 1) ?? this.page),
      p: () => this.choosePage(this.recording.nextDiffering(this.index, this.page, -1) ?? this.page),
      f: () => this.chooseFinding((this.finding + 1) % this.recording.findings.length),
      m: () => $('map').focus(),
      t: () => this.#theme(),
      '?': () => $('help').showModal(),
    };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  }

  #divergent(step) {
    for (let i = this.index + step; i >= 0 && i < this.recording.checkpoints.length; i += step) {
      if (this.recording.checkpoints[i].pagesDiffering > 0) {
        this.choose(i);
        return;
      }
    }
  }

  #theme() {
    setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
    this.timeline.draw();
    this.map.redraw();
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

setTheme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
unpacked().then(
  (model) => {
    window.report = new Report(new Recording(model));
    document.documentElement.dataset.ready = 'true';
  },
  (error) => { $('summary').textContent = `This report can't be unpacked: ${error}. It needs a browser of 2023 or later.`; });
