import {
  type DocumentNode,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Admitted } from "../admission/admission";
import { selectionsOf } from "./graphql/fragments";

/** Clients choose operation names: the latest this many are kept as labels; longer names count as "other". */
const MAX_NAMES = 200;
const MAX_NAME_LENGTH = 100;

/** An operation name, with the other labels of its series. */
interface Named {
  name: string;
  types: Set<string>;
  codes: Set<string>;
}

const anonymous: Named = { name: "anonymous", types: new Set(), codes: new Set() };
const other: Named = { name: "other", types: new Set(), codes: new Set() };
/** Labels for operations that have no label of their own; no client's name may be one of them. */
const RESERVED = new Set([anonymous.name, other.name, "none"]);

/** Prometheus metrics of the operations that are served. */
export interface OperationMetrics {
  registry: Registry;
  operation(done: DoneOperation, seconds: number): void;
  /** Counts a request that was refused before its operation was read. */
  refused(code: string): void;
  subscriptions: ListenerCounts;
}

/** An operation with its outcome. One that was refused early has no document or operation. */
interface DoneOperation {
  document?: DocumentNode;
  operation?: Pick<OperationDefinitionNode, "operation"> & Partial<OperationDefinitionNode>;
  operationName?: string | null;
  admitted: Admitted | null;
  result: { data?: Record<string, unknown> | null; errors?: readonly GraphQLFormattedError[] };
}

/** Metrics of subscriptions, by transport: websocket or event-stream. */
export interface ListenerCounts {
  listeners: Gauge<"transport">;
  events: Counter<"transport">;
}

export function createOperationMetrics(): OperationMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const latency = new Histogram({
    name: "daily_papers_operation_seconds",
    help: "Time from an operation's parsing to its answer, by operation name and type.",
    labelNames: ["operation", "type"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const errors = new Counter({
    name: "daily_papers_operation_errors_total",
    help: "Errors in answers, by operation name and code.",
    labelNames: ["operation", "code"] as const,
    registers,
  });
  const cost = new Histogram({
    name: "daily_papers_operation_cost_points",
    help: "Cost of the operations that were admitted.",
    buckets: [1, 10, 30, 100, 300, 1000, 3000, 10_000],
    registers,
  });
  const mutations = new Counter({
    name: "daily_papers_mutations_total",
    help: "Mutations done, by field: upvotePaper and removePaperUpvote are the votes. One with userErrors counts only if it did not select them.",
    labelNames: ["field"] as const,
    registers,
  });
  const subscriptions: ListenerCounts = {
    listeners: new Gauge({
      name: "daily_papers_listeners",
      help: "Open WebSockets and event streams.",
      labelNames: ["transport"] as const,
      registers,
    }),
    events: new Counter({
      name: "daily_papers_events_total",
      help: "Events sent to listeners.",
      labelNames: ["transport"] as const,
      registers,
    }),
  };
  // The series of an evicted name are removed with it.
  const names = new LRUCache<string, Named>({
    max: MAX_NAMES,
    dispose({ types, codes }, operation) {
      for (const type of types) latency.remove({ operation, type });
      for (const code of codes) errors.remove({ operation, code });
    },
  });
  const seriesOf = (operationName: string | null | undefined): Named => {
    if (!operationName) return anonymous;
    if (operationName.length > MAX_NAME_LENGTH || RESERVED.has(operationName)) return other;
    const known = names.get(operationName);
    if (known) return known;
    const named: Named = { name: operationName, types: new Set(), codes: new Set() };
    names.set(operationName, named);
    return named;
  };
  return {
    registry,
    subscriptions,
    operation({ document, operation, operationName, admitted, result: { data, errors: found = [] } }, seconds) {
      const { name, types, codes } = seriesOf(operationName);
      const type = operation?.operation ?? "none";
      types.add(type);
      latency.observe({ operation: name, type }, seconds);
      if (admitted) cost.observe(admitted.cost);
      for (const { extensions } of found) {
        const code = String(extensions?.code);
        codes.add(code);
        errors.inc({ operation: name, code });
      }
      if (operation?.operation !== "mutation" || !operation.selectionSet || !document) return;
      for (const [key, field] of rootFields(document, operation.selectionSet)) {
        if (isDone(data?.[key])) mutations.inc({ field });
      }
    },
    refused(code) {
      errors.inc({ operation: "none", code });
    },
  };
}

/** The names of an operation's root fields by response key, those in fragments included. */
function rootFields(document: DocumentNode, { selections }: SelectionSetNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) found.set(selection.alias?.value ?? selection.name.value, selection.name.value);
    else for (const [key, field] of rootFields(document, selectionsOf(document, selection))) found.set(key, field);
  }
  return found;
}

/** Whether a payload is there, and has no userErrors, as far as they were selected. */
function isDone(payload: unknown): boolean {
  if (typeof payload !== "object" || payload === null) return false;
  const { userErrors = [] } = payload as { userErrors?: unknown[] };
  return userErrors.length === 0;
}
