/**
 * Faults on purpose: follows the conversation of a COLO pair that a tap carries, and damages or
 * ends it at one chosen place. Pages have no frame in a stream, so a parser goes along to know
 * where one stands.
 */
@NullMarked
package org.colotape.analyzer.lab.fault;

import org.jspecify.annotations.NullMarked;
