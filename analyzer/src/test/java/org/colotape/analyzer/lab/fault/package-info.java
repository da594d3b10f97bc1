/** Tests of faults on purpose. */
@NullMarked
package org.colotape.analyzer.lab.fault;

import org.jspecify.annotations.NullMarked;
