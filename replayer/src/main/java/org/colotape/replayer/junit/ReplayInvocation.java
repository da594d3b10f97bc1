package org.colotape.replayer.junit;

import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.opentest4j.AssertionFailedError;

/** One run of a {@link ReplayTest}, at one checkpoint. */
final class ReplayInvocation
    implements TestTemplateInvocationContext,
        ParameterResolver,
        AfterEachCallback,
        TestExecutionExceptionHandler {
  private final String displayName;
  private final ReplayTest test;
  private final ReplayedTape tape;
  private final Checkpoint checkpoint;
  private @Nullable Timeline timeline;

  ReplayInvocation(String displayName, ReplayTest test, ReplayedTape tape, Checkpoint checkpoint) {
    this.displayName = displayName;
    this.test = test;
    this.tape = tape;
    this.checkpoint = checkpoint;
  }

  @Override
  public String getDisplayName(int index) {
    return test.name()
        .replace("{displayName}", displayName)
        .replace("{index}", Integer.toString(index))
        .replace("{checkpoint}", Integer.toString(checkpoint.number()))
        .replace("{tape}", checkpoint.tape());
  }

  @Override
  public List<Extension> getAdditionalExtensions() {
    return List.of(this);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Checkpoint.class
        || type == Timeline.class
        || type == GuestMemory.class
        || type == Observed.class;
  }

  @Override
  public Object resolveParameter(ParameterContext context, ExtensionContext extension) {
    Parameter parameter = context.getParameter();
    Class<?> type = parameter.getType();
    if (type == Checkpoint.class) {
      return checkpoint;
    }
    if (type == Timeline.class) {
      return timeline();
    }
    Memory memory = memory(context);
    return type == Observed.class ? observed(memory) : shown(memory(memory));
  }

  /** Gives the timeline back, wherever the test has moved it. */
  @Override
  public void afterEach(ExtensionContext context) {
    Timeline borrowed = timeline;
    timeline = null;
    if (borrowed != null) {
      tape.giveBack(borrowed);
    }
  }

  /** Failures say where they happened, also where display names are not shown. */
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (failure instanceof AssertionFailedError known && known.isExpectedDefined()) {
      throw located(
          new AssertionFailedError(
              message(failure), known.getExpected(), known.getActual(), failure.getCause()),
          failure);
    }
    if (failure instanceof AssertionError) {
      throw located(new AssertionFailedError(message(failure), failure.getCause()), failure);
    }
    throw failure;
  }

  private String message(Throwable failure) {
    return checkpoint + ": " + failure.getMessage();
  }

  private static AssertionFailedError located(AssertionFailedError error, Throwable failure) {
    error.setStackTrace(failure.getStackTrace());
    return error;
  }

  private Timeline timeline() {
    Timeline borrowed = timeline;
    if (borrowed == null) {
      borrowed = tape.borrow(checkpoint);
      timeline = borrowed;
    }
    return borrowed;
  }

  private static Memory memory(ParameterContext context) {
    Optional<Of> stated = context.findAnnotation(Of.class);
    if (stated.isPresent()) {
      return stated.get().value();
    }
    String name = context.getParameter().getName().toUpperCase(Locale.ROOT);
    for (Memory memory : Set.of(Memory.PVM, Memory.CACHE, Memory.SVM)) {
      if (memory.name().equals(name)) {
        return memory;
      }
    }
    throw new ParameterResolutionException(
        "which memory is parameter '%s'? call it pvm, cache or svm (and compile with -parameters),"
                .formatted(context.getParameter().getName())
            + " or annotate it with @Of");
  }

  private GuestMemory memory(Memory memory) {
    return switch (memory) {
      case PVM -> timeline().pvm();
      case CACHE -> timeline().cache();
      case SVM -> timeline().svm();
      case UNKNOWN -> throw new ParameterResolutionException("@Of(UNKNOWN) is no memory");
    };
  }

  private Observed observed(Memory memory) {
    Observed all = new Observed(memory, tape.observations(checkpoint));
    return test.blocks().length == 0 ? all : all.only(Set.of(test.blocks()));
  }

  /** The blocks that the test asks for. */
  private GuestMemory shown(GuestMemory memory) {
    if (test.blocks().length == 0) {
      return memory;
    }
    @SuppressWarnings("resource") // its blocks are the timeline's
    GuestMemory some = new GuestMemory(memory.kind());
    for (String block : test.blocks()) {
      some.add(memory.block(block));
    }
    return some;
  }
}
