package org.colotape.recorder.observe;

import java.time.Duration;
import java.util.List;

/**
 * What is observed of running VMs.
 *
 * @param targets the memories
 * @param every observe at each checkpoint whose number is divisible by this
 * @param hold longest time to hold an answer back
 */
public record ObserverSettings(List<LiveTarget> targets, int every, Duration hold) {}
