package org.colotape.recorder.qemu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs a class of tests once with each QEMU that there should be, or just the newest one; its
 * constructor takes the {@link QemuProgram}, and {@link QemuProgram#assumeThere} skips what is not
 * there.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("org.colotape.recorder.qemu.QemuProgram#each")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EachQemu {}
