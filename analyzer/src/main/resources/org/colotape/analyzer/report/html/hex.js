'use strict';
// What the memories held of one page, where they differ.

const ROW = 16;

/** Rows that are shown at first. */
const FIRST_ROWS = 12;

function fromBase64(letters) {
  return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
}

/** Memories that hold the same are one. */
function distinct(specimen) {
  const groups = new Map();
  for (const memory of ['pvm', 'cache', 'svm']) {
    if (specimen[memory]) {
      const group = groups.get(specimen[memory]) ?? { names: [], bytes: fromBase64(specimen[memory]) };
      group.names.push(MEMORIES[memory]);
      groups.set(specimen[memory], group);
    }
  }
  return [...groups.values()];
}

/** The rows of 16 bytes in which the contents differ, as their places. */
function unlikeRows(groups) {
  const length = Math.max(0, ...groups.map((group) => group.bytes.length));
  const unlike = [];
  for (let at = 0; at < length; at += ROW) {
    const row = (group) => group.bytes.subarray(at, at + ROW).join();
    if (groups.some((group) => row(group) !== row(groups[0]))) {
      unlike.push(at);
    }
  }
  return unlike;
}

/** Both contents of a page row by row, differing bytes marked; equal rows between them left out. */
function hexDiff(recording, specimen) {
  const groups = distinct(specimen);
  if (groups.length < 2) {
    return element('p', { className: 'hint' },
      groups.length === 0
        ? 'Only digests of this page are known, not its bytes.'
        : `Only the bytes of ${groups[0].names.join(' = ')} are known; of the other memories the digest is.`);
  }
  const unlike = unlikeRows(groups);
  const base = specimen.page * recording.blocks[specimen.block].pageSize;
  const pre = element('pre', { className: 'hex', tabIndex: 0 });
  pre.setAttribute('aria-label', `Bytes of ${recording.address(specimen)}`);
  const fill = (most) => {
    pre.replaceChildren();
    let behind = 0;
    for (const at of unlike.slice(0, most)) {
      if (at > behind) {
        pre.append(element('span', { className: 'skip' }, `... ${(at - behind) / ROW} rows alike\n`));
      }
      groups.forEach((group, i) => pre.append(...hexRow(group, groups, at, i === 0 ? base + at : -1)));
      behind = at + ROW;
    }
    if (unlike.length > most) {
      const more = link(`${count(unlike.length - most)} rows more that differ`, () => fill(Infinity));
      pre.append(more);
    }
  };
  fill(FIRST_ROWS);
  return pre;
}

function hexRow(group, groups, at, offset) {
  const width = Math.max(...groups.map((each) => each.names.join(' = ').length));
  const spans = [
    element('span', { className: 'who' },
      `${(offset < 0 ? '' : hex(offset)).padStart(12)}  ${group.names.join(' = ').padEnd(width)} `),
  ];
  let text = '';
  for (let i = at; i < at + ROW && i < group.bytes.length; i++) {
    const value = group.bytes[i];
    const unlike = groups.some((other) => other.bytes[i] !== value);
    spans.push(' ', element('span', { className: unlike ? 'unlike' : '' }, value.toString(16).padStart(2, '0')));
    text += value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.';
  }
  spans.push(`  ${text}\n`);
  return spans;
}
