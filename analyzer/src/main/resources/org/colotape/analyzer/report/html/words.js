'use strict';
// Words and numbers as people read them, and small tools to build the page with.

/** The rules of the COLO protocol that findings name. */
const ORACLES = {
  I1: 'before COLO, every received page is equal in SVM RAM and cache',
  I2: 'between REQUEST and flush the stream never changes SVM RAM',
  I3: 'at RECEIVED the cache equals PVM RAM in every block',
  I4: 'after the flush PVM, cache and SVM are equal',
  I5: 'a failover before the flush exposes nothing of the unfinished checkpoint',
  I6: 'a page that neither side has dirtied is the same before and after the flush',
  I7: 'zero pages are writes',
  I8: 'nothing beyond the used length is touched',
  I9: 'RAM of a checkpoint goes with devices of the same checkpoint',
  I10: 'replaying twice gives the same digests',
};

const MEMORIES = { pvm: 'PVM', cache: 'cache', svm: 'SVM RAM' };

/** How a memory is known: the PVM's model is what it sent, that of the others takes a replay. */
function source(memory, known) {
  const model = memory === 'pvm' ? 'streamed' : 'replayed';
  return { observed: 'observed', 'partly-observed': 'partly observed', model }[known] ?? known;
}

const count = (number) => number.toLocaleString('en-US');
const pages = (number) => (number === 1 ? '1 page' : `${count(number)} pages`);
const hex = (number) => '0x' + number.toString(16);

function scaled(number, units, step) {
  let unit = 0;
  while (number >= step && unit < units.length - 1) {
    number /= step;
    unit++;
  }
  const digits = unit === 0 || number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return `${number.toFixed(digits)} ${units[unit]}`;
}

const bytes = (number) => scaled(number, ['bytes', 'kB', 'MB', 'GB', 'TB'], 1000);
const duration = (micros) => scaled(micros, ['\u00b5s', 'ms', 's'], 1000);

/** An argument as a shell takes it. */
const quoted = (word) => (/^[\w.+:/@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const $ = (id) => document.getElementById(id);

/** An element with properties and children; texts are never markup. */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button that looks like a link. */
const link = (text, onclick) => element('button', { type: 'button', className: 'link', onclick }, text);

/** Terms with what they mean, as rows of a dl. */
function rows(pairs) {
  return pairs
    .filter(([, value]) => value !== null && value !== '')
    .map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value)));
}
