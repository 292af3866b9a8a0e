import { type DocumentNode, getOperationAST } from "graphql";
import { isObject } from "../json";
import type { Operation } from "./cost";

/** Costs that are remembered for one document: clients vary their page sizes little. */
const MAX_SHAPES = 20;
/** A shape holds names that the client chose: longer ones are weighed each time, and cost no memory. */
const MAX_SHAPE_LENGTH = 300;

/**
 * Remembers what documents cost: weighing one looks at every field, and the same few come again and again. What a cost
 * depends on is the numbers and lengths among the variables that the operation defines, not the texts. They have to be
 * good, so that their types bound their depth.
 */
export function rememberCosts(weigh: (operation: Operation) => number): (operation: Operation) => number {
  const known = new WeakMap<DocumentNode, Map<string, number>>();
  return (operation) => {
    let costs = known.get(operation.document);
    if (!costs) {
      costs = new Map();
      known.set(operation.document, costs);
    }
    const shape = JSON.stringify([operation.operationName ?? null, shapesOf(operation)]);
    const cost = costs.get(shape) ?? weigh(operation);
    if (costs.size < MAX_SHAPES && shape.length <= MAX_SHAPE_LENGTH) costs.set(shape, cost);
    return cost;
  };
}

function shapesOf({ document, operationName, variables }: Operation): unknown[] {
  const defined = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const given = variables ?? {};
  // One that is left out may have a default, which null has not.
  return defined.map(({ variable: { name } }) =>
    Object.hasOwn(given, name.value) ? [shapeOf(given[name.value])] : [],
  );
}

function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return "";
  if (Array.isArray(value)) return { length: value.length };
  return isObject(value) ? Object.entries(value).map(([name, each]) => [name, shapeOf(each)]) : value;
}
