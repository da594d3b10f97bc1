/**
 * Replaying recordings as regression tests with JUnit. {@link
 * org.colotape.replayer.junit.ReplayTest @ReplayTest} runs a test once for each checkpoint of a
 * tape or recording, with the memories as they were there; {@link
 * org.colotape.replayer.junit.MemoryAssertions} compares them and says which page, which bytes and
 * which event. JUnit Jupiter is an optional dependency, which users of this package have
 * themselves.
 */
@NullMarked
package org.colotape.replayer.junit;

import org.jspecify.annotations.NullMarked;
