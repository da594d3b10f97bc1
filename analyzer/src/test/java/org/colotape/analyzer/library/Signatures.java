package org.colotape.analyzer.library;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Everything of some classes that other programs can name, one line each, so that a line that is
 * gone is a program that breaks.
 */
final class Signatures {
  private final NavigableSet<String> lines = new TreeSet<>();

  private Signatures() {}

  /** The signatures of all public classes. */
  static NavigableSet<String> of(JavaClasses classes) {
    Signatures signatures = new Signatures();
    for (JavaClass type : classes) {
      Class<?> reflected = type.reflect();
      if (isVisible(reflected)) {
        signatures.add(reflected);
      }
    }
    return signatures.lines;
  }

  private void add(Class<?> type) {
    String name = type.getName();
    lines.add(name + ": " + kind(type));
    if (type.getSuperclass() != null) {
      lines.add(name + ": extends " + type.getGenericSuperclass().getTypeName());
    }
    for (var implemented : type.getGenericInterfaces()) {
      lines.add(name + ": implements " + implemented.getTypeName());
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor.getModifiers())) {
        lines.add(name + ": " + constructor.toGenericString());
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
        lines.add(
            name + ": " + method.toGenericString().replaceAll("\\b(synchronized|native) ", ""));
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
        lines.add(name + ": " + field.toGenericString());
      }
    }
  }

  /** What kind of class it is. That it may be extended or implemented is part of it. */
  private static String kind(Class<?> type) {
    int modifiers = type.getModifiers() & ~Modifier.STATIC & Modifier.classModifiers();
    String kind =
        type.isAnnotation()
            ? "annotation"
            : type.isInterface()
                ? "interface"
                : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    String permits =
        type.isSealed()
            ? " permits "
                + String.join(
                    ", ", Arrays.stream(type.getPermittedSubclasses()).map(Class::getName).toList())
            : "";
    return (Modifier.toString(modifiers) + " " + kind + permits).strip();
  }

  /** The methods that a class of another program must have to implement an interface. */
  static Stream<String> demands(NavigableSet<String> signatures) {
    return signatures.stream().filter(line -> line.contains(": public abstract "));
  }

  private static boolean isVisible(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      if (!isVisible(at.getModifiers()) || at.isSynthetic() || at.isAnonymousClass()) {
        return false;
      }
    }
    return !type.getSimpleName().equals("package-info");
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }
}
