import type { DocumentNode } from "graphql";
import type { Operation } from "./cost";

/** Costs that are remembered for one document: clients vary their page sizes little. */
const MAX_SHAPES = 20;
/** A shape holds names that the client chose: longer ones are weighed each time, and cost no memory. */
const MAX_SHAPE_LENGTH = 300;

/**
 * Remembers what documents cost: weighing one looks at every field, and the same few come again and again. What a cost
 * depends on is the numbers and lengths among the variables, not the texts.
 */
export function rememberCosts(weigh: (operation: Operation) => number): (operation: Operation) => number {
  const known = new WeakMap<DocumentNode, Map<string, number>>();
  return (operation) => {
    let costs = known.get(operation.document);
    if (!costs) {
      costs = new Map();
      known.set(operation.document, costs);
    }
    const shape = JSON.stringify([operation.operationName ?? null, shapeOf(operation.variables ?? {})]);
    const cost = costs.get(shape) ?? weigh(operation);
    if (costs.size < MAX_SHAPES && shape.length <= MAX_SHAPE_LENGTH) costs.set(shape, cost);
    return cost;
  };
}

function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return "";
  if (Array.isArray(value)) return { length: value.length };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}
