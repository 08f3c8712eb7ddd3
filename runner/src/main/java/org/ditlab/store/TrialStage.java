package org.ditlab.store;

import org.ditlab.study.plan.StageKind;

/**
 * A stage that a trial is made of.
 *
 * @param hash full hash
 * @param directory where its outputs lie, or will
 */
public record TrialStage(StageKind kind, String hash, StageDirectory directory) {}
