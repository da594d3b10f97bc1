/**
 * A simulated pair: a PVM and an SVM that speak the protocol of COLO to each other, with memory, a
 * COLO cache and a network of their own, whose bytes take the ordinary way into a recording. It is
 * the other side of every test, so it shares no code with parsers and replays. It can behave as
 * QEMU once did wrongly ({@link org.colotape.recorder.simulation.Bug}), and then tells the truth
 * about what that did to which memory.
 *
 * <p>What is observed of a pair, at each checkpoint, is what the pair has touched:
 *
 * <ol>
 *   <li>behind REPLY, the SVM's pages that its guest has written since the last flush;
 *   <li>before RECEIVED, the SVM's pages that have changed since: none, if it keeps to the protocol
 *       (I2);
 *   <li>behind LOADED, while the PVM stands still, the PVM's and the cache's pages that the PVM has
 *       written or sent; the SVM's pages that the flush wrote or should have; and, in all three
 *       memories, every page that is still wrong since an earlier checkpoint. Pages that the SVM's
 *       guest has written since the flush are left out, as a live observer leaves them out.
 * </ol>
 *
 * So a page that is observed of the SVM behind LOADED, and was neither sent nor observed behind
 * REPLY, and agrees in all three memories, was flushed needlessly. When the connection is lost in
 * an unfinished checkpoint, the SVM's pages that its guest or the checkpoint has touched are
 * observed last, and the cache's if the secondary ended the load itself.
 */
@NullMarked
package org.colotape.recorder.simulation;

import org.jspecify.annotations.NullMarked;
