package org.colotape.recorder.observe;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** Memory of this process, mapped as QEMU maps a RAM block: aligned, by itself, held by no file. */
@SuppressWarnings("restricted") // that is what it is for
final class AnonymousMemory implements AutoCloseable {
  private static final long ALIGNMENT = 2L << 20;
  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final MethodHandle MAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle UNMAP =
      function(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle PROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private final List<long[]> mapped = new ArrayList<>();

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /**
   * Maps memory with these contents.
   *
   * @return its address
   */
  long map(byte[] contents) {
    return mapBehind(0, contents);
  }

  /**
   * Maps memory with these contents, with as many bytes of other memory just before it.
   *
   * @return its address
   */
  long mapBehind(int other, byte[] contents) {
    long reserved = contents.length + 2 * ALIGNMENT;
    try {
      long start = (long) MAP.invokeExact(0L, reserved, 0, PRIVATE_ANONYMOUS, -1, 0L);
      long address = (start + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
      int failed =
          (int)
              PROTECT.invokeExact(address - other, (long) other + contents.length, READ_AND_WRITE);
      if (start == -1 || failed != 0) {
        throw new IllegalStateException("no memory");
      }
      mapped.add(new long[] {start, reserved});
      write(address, contents);
      return address;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes what stands at an address. */
  static void write(long address, byte[] contents) {
    MemorySegment.ofAddress(address)
        .reinterpret(contents.length, Arena.global(), null)
        .copyFrom(MemorySegment.ofArray(contents));
  }

  @Override
  public void close() {
    try {
      for (long[] one : mapped) {
        int _ = (int) UNMAP.invokeExact(one[0], one[1]);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
