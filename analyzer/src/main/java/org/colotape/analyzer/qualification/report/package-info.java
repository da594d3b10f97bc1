/**
 * The table of a qualification for people and programs: as text, Markdown, JSON, JUnit's XML and
 * one HTML file.
 */
@NullMarked
package org.colotape.analyzer.qualification.report;

import org.jspecify.annotations.NullMarked;
