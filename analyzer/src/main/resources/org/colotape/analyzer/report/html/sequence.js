'use strict';
// The protocol of one checkpoint as a sequence diagram. It is a list, so that it reads well without
// sight, too.

/** The steps of a checkpoint, with what no message says, but the protocol does. */
function withDerived(checkpoint) {
  const steps = [];
  for (const step of checkpoint.steps) {
    steps.push(step);
    // QEMU migration/colo.c, colo_incoming_process_checkpoint
    if (step.name === 'VMSTATE_RECEIVED') {
      steps.push({ derived: true, name: 'flush', text: 'cache to SVM RAM, then devices are loaded' });
    } else if (step.name === 'VMSTATE_SEND') {
      steps.push({ derived: true, name: 'into the cache', text: 'both machines stand still' });
    }
  }
  return steps;
}

function sequenceDiagram(recording, checkpoint, wrongEvents) {
  const list = element('ol', { className: 'sequence' });
  const ends = element('li', { className: 'ends' },
    element('span'),
    element('div', { className: 'lane' }, element('b', {}, 'PVM'), element('b', {}, 'SVM')),
    element('span'));
  list.append(ends);
  for (const step of withDerived(checkpoint)) {
    list.append(sequenceStep(recording, step, wrongEvents));
  }
  const parts = [list];
  if (checkpoint.furtherSteps > 0) {
    parts.push(element('p', { className: 'hint' }, `and ${count(checkpoint.furtherSteps)} steps more: `,
      element('code', {}, `colotape show ${quoted(recording.argument)} --checkpoint ${checkpoint.checkpoint}`)));
  }
  return parts;
}

function sequenceStep(recording, step, wrongEvents) {
  const onWire = step.direction === 'pvm-to-svm' || step.direction === 'svm-to-pvm';
  const lane = element('div', {
    className: 'lane ' + (onWire ? `arrow ${step.direction} ${step.sort}` : step.derived ? 'note derived' : 'note'),
  });
  const text = [element('b', { className: 'name' }, step.name), step.text ? ' ' + step.text : ''];
  lane.append(onWire
    ? element('span', { title: step.direction === 'pvm-to-svm' ? 'PVM to SVM' : 'SVM to PVM' }, ...text)
    : element('span', {}, ...text));
  const seqs = step.derived ? '' : step.first === step.last ? `seq ${step.first}` : `seq ${step.first} to ${step.last}`;
  const wrong = !step.derived && wrongEvents.some((event) => event >= step.first && event <= step.last)
    && step.sort !== 'ram';
  return element('li', { className: wrong ? 'wrong' : '' },
    element('span', { className: 'when number' }, recording.timed && onWire ? '+' + duration(step.at) : ''),
    lane,
    element('span', { className: 'seq' }, seqs, step.bytes > 0 ? `, ${bytes(step.bytes)}` : ''));
}
