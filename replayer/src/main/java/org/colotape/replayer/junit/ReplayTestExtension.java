package org.colotape.replayer.junit;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a {@link ReplayTest} once for each checkpoint. */
final class ReplayTestExtension implements TestTemplateInvocationContextProvider {
  private static final Namespace NAMESPACE = Namespace.create(ReplayTestExtension.class);

  /** What decides which replay a test needs. */
  private record Key(String tape, String rules, Class<?> recorderOrTest) {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), ReplayTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    ReplayTest test =
        AnnotationSupport.findAnnotation(method, ReplayTest.class)
            .orElseThrow(() -> new IllegalStateException(method + " lost its annotation"));
    ReplayedTape tape = tape(context, method, test);
    List<Checkpoint> chosen = tape.checkpoints().stream().filter(at -> isChosen(at, test)).toList();
    if (chosen.isEmpty()) {
      List<Integer> all = tape.checkpoints().stream().map(Checkpoint::number).toList();
      throw new ColotapeException(
          "no checkpoint to run " + method.getName() + " at",
          test.value(),
          "choose some of " + all + "; incomplete ones only run if that is asked for");
    }
    return chosen.stream()
        .map(at -> new ReplayInvocation(context.getDisplayName(), test, tape, at));
  }

  /** Opened and gone through once for all tests, closed behind the last one. */
  private static ReplayedTape tape(ExtensionContext context, Method method, ReplayTest test) {
    Optional<Class<? extends TapeRecorder>> recorder =
        AnnotationSupport.findAnnotation(method, RecordedWith.class)
            .or(() ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(), RecordedWith.class))
            .map(RecordedWith::value);
    Class<?> type = context.getRequiredTestClass();
    Key key = new Key(test.value(), test.rules(), recorder.isPresent() ? recorder.get() : type);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            key,
            made -> {
              Path folder = ReplayedTape.folder();
              TapeLocation location =
                  new TapeLocation(type, recorder, context::getConfigurationParameter, folder);
              RuleSet rules = RuleSet.named(test.rules());
              return new ReplayedTape(test.value(), location.find(test.value()), rules, folder);
            },
            ReplayedTape.class);
  }

  private static boolean isChosen(Checkpoint at, ReplayTest test) {
    int[] some = test.checkpoints();
    return (at.complete() || test.incomplete())
        && at.number() >= test.from()
        && at.number() <= test.to()
        && (some.length == 0 || Arrays.stream(some).anyMatch(number -> number == at.number()));
  }
}
