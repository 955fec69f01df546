import type { Digest } from '../digest.js'
import type { JsonValue } from '../canonical-json.js'

/** The stages of a run, in the order in which it enters them. */
export type Stage = 'preprocess' | 'train' | 'evaluate' | 'deploy' | 'monitor'

/** Every event type. A new one is added here, with a sentence. */
export type EventType =
  /** A run began; carries the digests of its config and policy. */
  | 'attestry.run.started'
  /** A run that had stopped goes on. */
  | 'attestry.run.resumed'
  /** A run ended; carries its status and verdict. */
  | 'attestry.run.finished'
  /** Obligations were combined into the policy in force. */
  | 'attestry.policy.combined'
  /** Obligations disagree and nobody has resolved it. */
  | 'attestry.policy.conflict-found'
  /** A signed resolution of a conflict was applied. */
  | 'attestry.policy.conflict-resolved'
  /** A stage is about to begin. */
  | 'attestry.stage.started'
  /** A stage ended; the payload is everything later stages and the report need. */
  | 'attestry.stage.finished'
  /** A shard of data was written. */
  | 'attestry.preprocess.shard-written'
  /** Training reached a step that the audit frequency asked for. */
  | 'attestry.train.step-finished'
  /** A plugin stopped training. */
  | 'attestry.train.stopped'
  /** Privacy budget is about to be spent, or was spent. */
  | 'attestry.privacy.spent'
  /** A signed evidence statement was written. */
  | 'attestry.evidence.recorded'
  /** A model's deployment was asked for and judged. */
  | 'attestry.deploy.requested'
  | 'attestry.deploy.permitted'
  | 'attestry.deploy.denied'
  /** A window of predictions was judged. */
  | 'attestry.monitor.window-assessed'
  /** An alert was sent to the notifiers. */
  | 'attestry.monitor.alert-raised'
  /** An intent without an outcome was found after a crash. */
  | 'attestry.intent.reconciled'
  /** A connection that local processing forbids was refused. */
  | 'attestry.network.refused'
  /** A person said something about a purpose, or their data was restricted. */
  | 'attestry.consent.recorded'
  /** A request of a person was opened, answered or extended. */
  | 'attestry.subject.case-opened'
  | 'attestry.subject.case-answered'
  | 'attestry.subject.case-extended'
  /** What is held about a person was put together for them. */
  | 'attestry.subject.exported'
  /** A person's keys and rows were destroyed. */
  | 'attestry.subject.erased'
  /** Something reached the end of its period and was destroyed. */
  | 'attestry.retention.disposed'
  /** An order to destroy nothing was placed or lifted. */
  | 'attestry.retention.hold-placed'
  | 'attestry.retention.hold-released'
  /** Somebody asked to do something, and was allowed or refused. */
  | 'attestry.access.decided'
  /** A role was granted, revoked or reviewed. */
  | 'attestry.access.grant-changed'
  /** A scheduled check ran, or its time passed without it. */
  | 'attestry.check.finished'
  | 'attestry.check.missed'
  /** Somebody asked to read values back that had been replaced by tokens or encrypted. */
  | 'attestry.identifiers.reveal-requested'
  /** The log itself: opened, closed. */
  | 'attestry.log.opened'
  | 'attestry.log.closed'

/** `intent` stands before an action, `outcome` after it, `note` alone. */
export type EventPhase = 'intent' | 'outcome' | 'note'

export type EventResult = 'ok' | 'denied' | 'failed' | 'unknown'

/** One thing that happened. Everything but the payload goes into the log's tree; the payload only as a commitment. */
export interface AuditEvent {
  /** ULID. */
  readonly id: string
  readonly type: EventType
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string
  readonly phase: EventPhase
  /** The id of the intent, on its outcome. */
  readonly ref?: string
  /** The principal's handle. Never shared, never anonymous. */
  readonly actor: string
  readonly run: string
  readonly stage?: Stage
  readonly plugin?: string
  readonly controls?: readonly string[]
  readonly result?: EventResult
  /** Digests of the data or components concerned. */
  readonly objects?: readonly Digest[]
  /** Random handles of the people concerned. */
  readonly subjects?: readonly string[]
  /** Facts: counts, digests, metrics. Never a personal value. */
  readonly payload?: JsonValue
  /** The payload tells something about private data that epsilon does not cover: it is encrypted when a vault is loaded. */
  readonly sealed?: boolean
}

/** An event as the log holds it. */
export interface RecordedEvent {
  /** 0-based, gap-free. */
  readonly index: number
  /** `payload` is absent when it was sealed and no key is at hand. */
  readonly event: AuditEvent
}
