package org.colotape.schema.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What an input may cost: memory that the thread allocates, and its processor time, both by the
 * input's length, so that no number that it states makes it more.
 */
final class Allowance {
  private static final long ALLOCATED_PER_BYTE = 1024;
  private static final long NANOSECONDS_ANYWAY = 2_000_000_000L;
  private static final long NANOSECONDS_PER_BYTE = 20_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allowance() {}

  /**
   * Does something with an input within its allowance.
   *
   * @param anyway bytes that it may allocate whatever the input is
   * @param length length of the input
   */
  static void check(long anyway, int length, Runnable action) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long time = THREADS.getCurrentThreadCpuTime();
    action.run();
    time = THREADS.getCurrentThreadCpuTime() - time;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (allocated > anyway + ALLOCATED_PER_BYTE * length
        || time > NANOSECONDS_ANYWAY + NANOSECONDS_PER_BYTE * length) {
      assertThat(length).as("%d bytes in %d ns for an input of", allocated, time).isNegative();
    }
  }
}
