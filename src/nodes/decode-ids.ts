import type { GraphQLError } from "graphql";
import { badUserInput } from "../graphql/errors";
import { decodeNodeKey, type NodeType } from "./node-id";

/** The keys of the ids of an argument, such as filter.near; BAD_USER_INPUT names the first that is of another form or type. */
export function decodeIds(argument: string, type: NodeType, ids: readonly string[]): number[] {
  return ids.map((id, i) => {
    const key = decodeNodeKey(type, id);
    if (key === null) throw notAnId(argument, type, i);
    return key;
  });
}

/** Of types that filters name, where their ids are found. */
const SOURCES: Partial<Record<NodeType, string>> = {
  Author: "authors(name:)",
  Organization: "organizations(name:)",
};

/** For what stands at a place of an argument's ids. */
export function notAnId(argument: string, type: NodeType, i: number): GraphQLError {
  return badUserInput(`${argument}.${i}`, notAnIdInWords(argument.split(".").at(-1)!, type, i));
}

export function notAnIdInWords(name: string, type: NodeType, i: number): string {
  const article = /^[AO]/.test(type) ? "an" : "a";
  const hint = SOURCES[type] ? ` Find one with ${SOURCES[type]}.` : "";
  return `${name}[${i}] is not the id of ${article} ${type}.${hint}`;
}

/**
 * Throws BAD_USER_INPUT that names the first id of an argument that is of nothing, by whether each is of something. One that stood
 * before may have been deleted since, as long as another one is left.
 */
export function checkFound(
  argument: string,
  type: NodeType,
  found: readonly boolean[],
  stood: readonly boolean[] = [],
): void {
  const areLeft = found.includes(true);
  const refused = found.findIndex((isFound, i) => !isFound && !(areLeft && stood[i]));
  if (refused >= 0) throw notAnId(argument, type, refused);
}
