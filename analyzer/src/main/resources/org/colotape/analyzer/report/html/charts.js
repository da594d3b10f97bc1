'use strict';
// The timeline: one small chart for each figure of the checkpoints, all with one cursor.

class Timeline {
  /**
   * @param place where the charts go
   * @param recording whose checkpoints
   * @param choose is told the index of a checkpoint that was clicked
   */
  constructor(place, recording, choose) {
    this.place = place;
    this.recording = recording;
    this.choose = choose;
    this.index = 0;
    this.charts = [];
    new ResizeObserver(() => this.#resized()).observe(place);
  }

  /** Marks a checkpoint. */
  show(index) {
    this.index = index;
    this.charts.forEach((chart) => chart.redraw(false));
  }

  /** Draws all anew, in the colours of now. */
  draw() {
    this.charts.forEach((chart) => chart.destroy());
    this.place.replaceChildren();
    const checkpoints = this.recording.checkpoints;
    const figures = [
      { title: 'Pages sent', of: (c) => c.pagesSent, text: count, colour: '--now' },
      { title: 'Stream, PVM to SVM', of: (c) => c.toSvm, text: bytes, colour: '--earlier' },
      { title: 'Pages that differ', of: (c) => (c.notCompared ? null : c.pagesDiffering), text: count, colour: '--bad' },
    ];
    if (this.recording.timed) {
      figures.splice(1, 0,
        { title: 'Pause, SEND to LOADED', of: (c) => c.pause ?? null, text: duration, colour: '--accent' });
    }
    const numbers = checkpoints.map((checkpoint) => checkpoint.checkpoint);
    this.charts = figures.map((figure) => this.#chart(figure, numbers, checkpoints.map(figure.of)));
  }

  #chart({ title, text, colour }, numbers, values) {
    const style = getComputedStyle(document.documentElement);
    const value = element('output');
    const figure = element('figure', {}, element('figcaption', {}, title + ' ', value));
    this.place.append(figure);
    const ink = style.getPropertyValue('--soft');
    const lines = { stroke: style.getPropertyValue('--line'), width: 1 };
    const axis = { stroke: ink, grid: lines, ticks: lines, font: '11px system-ui' };
    const chart = new uPlot(
      {
        width: this.#width(),
        height: 120,
        legend: { show: false },
        cursor: { sync: { key: 'checkpoints' }, drag: { setScale: false, x: false }, y: false },
        scales: {
          x: { time: false, range: () => [numbers[0] - 0.6, numbers.at(-1) + 0.6] },
          y: { distr: 4, asinh: 2, range: (_, _low, high) => [0, Math.max(1, high * 1.3)] },
        },
        axes: [
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000], size: 24 },
          { ...axis, size: 64, splits: (_chart, _axis, _low, high) => powers(high), values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : text(tick))) },
        ],
        series: [
          {},
          {
            stroke: style.getPropertyValue(colour),
            fill: style.getPropertyValue(colour),
            paths: uPlot.paths.bars({ size: [0.7, 40] }),
            points: { show: false },
          },
        ],
        hooks: {
          draw: [(chart) => this.#mark(chart, numbers, style.getPropertyValue('--accent'))],
          setCursor: [(chart) => {
            const at = chart.cursor.idx ?? this.index;
            value.textContent = values[at] == null
              ? `at ${numbers[at]}: not known` : `at ${numbers[at]}: ${text(values[at])}`;
          }],
        },
      },
      [numbers, values],
      figure);
    chart.over.addEventListener('click', () => {
      if (chart.cursor.idx != null) {
        this.choose(chart.cursor.idx);
      }
    });
    return chart;
  }

  #mark(chart, numbers, colour) {
    const x = Math.round(chart.valToPos(numbers[this.index], 'x', true));
    const { ctx: context, bbox } = chart;
    context.save();
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(x, bbox.top);
    context.lineTo(x, bbox.top + bbox.height);
    context.stroke();
    context.restore();
  }

  #width() {
    const columns = Math.max(1, Math.floor((this.place.clientWidth + 20) / 440));
    return Math.max(200, Math.floor((this.place.clientWidth - 20 * (columns - 1)) / columns));
  }

  #resized() {
    this.charts.forEach((chart) => chart.setSize({ width: this.#width(), height: 120 }));
  }
}

/** Zero and a few powers of ten: what an axis names that grows with the logarithm. */
function powers(high) {
  const most = Math.max(0, Math.floor(Math.log10(high)));
  const step = Math.max(1, Math.ceil(most / 3));
  const ticks = [0];
  for (let power = most < 2 ? 0 : most % step || step; power <= most; power += step) {
    ticks.push(10 ** power);
  }
  return ticks;
}
