import {
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import type { Random } from "./random";
import { inputFor, type Known } from "./values";

export interface Sample {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
}

/** A document over the schema that would be valid, but for a hostile value here and there. */
export function generate(schema: GraphQLSchema, random: Random, known: Known): Sample {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;

  const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
    const given = field.args
      .filter((arg) => isRequiredArgument(arg) || random.chance(0.25))
      .map((arg) => {
        const value = inputFor(arg.type, arg.name, random, known);
        if (random.chance(0.5)) return `${arg.name}: ${literal(value, arg.type)}`;
        const name = `v${declared.length}`;
        declared.push(`$${name}: ${arg.type}${random.chance(0.1) ? ` = ${literal(value, arg.type)}` : ""}`);
        if (!random.chance(0.03)) variables[name] = value;
        return `${arg.name}: $${name}`;
      });
    return given.length > 0 ? `(${given.join(", ")})` : "";
  };

  const fieldOf = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const type = getNamedType(field.type);
    const given = argumentsOf(field);
    // Two of a name with other arguments would be in conflict.
    const alias = given !== "" || random.chance(0.1) ? `a${aliases++}: ` : "";
    const directive = random.chance(0.03) ? ` @${random.pick(["skip", "include"])}(if: ${random.chance(0.5)})` : "";
    return `${alias}${field.name}${given}${directive}${isLeafType(type) ? "" : ` ${selectionOf(type, depth - 1)}`}`;
  };

  const selectionOf = (type: GraphQLNamedOutputType, depth: number): string => {
    const parts = ["__typename"];
    if (isObjectType(type) || isInterfaceType(type)) {
      const all = Object.values(type.getFields());
      const leaves = all.filter((field) => isLeafType(getNamedType(field.type)));
      const inner = all.filter((field) => !leaves.includes(field));
      for (let i = random.int(0, 3); i > 0 && leaves.length > 0; i--) parts.push(fieldOf(random.pick(leaves), depth));
      for (let i = depth > 0 ? random.int(1, 2) : 0; i > 0 && inner.length > 0; i--) {
        parts.push(fieldOf(random.pick(inner), depth));
      }
    }
    if (isInterfaceType(type)) {
      const possible = random.pick(schema.getPossibleTypes(type));
      parts.push(`... on ${possible.name} ${selectionOf(possible, depth - 1)}`);
    }
    if (depth > 0 && random.chance(0.08)) {
      const name = `F${fragments.length}`;
      fragments.push("");
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selectionOf(type, depth - 1)}`;
      parts.push(`...${name}`);
    }
    return `{ ${parts.join(" ")} }`;
  };

  const isMutation = random.chance(0.2);
  const root = isMutation ? schema.getMutationType()! : schema.getQueryType()!;
  const fields = Object.values(root.getFields());
  const body = Array.from({ length: random.int(1, 2) }, () => fieldOf(random.pick(fields), random.int(1, 5)));
  const operation = `${isMutation ? "mutation" : "query"} Fuzz${declared.length > 0 ? `(${declared.join(", ")})` : ""}`;
  const query = [`${operation} { ${body.join(" ")} }`, ...fragments].join("\n");
  return { query, variables, ...(random.chance(0.05) && { operationName: random.pick(["Fuzz", "Other", ""]) }) };
}

/** A value of JSON as GraphQL writes it down for a type. */
function literal(value: unknown, type: unknown): string {
  const inner = getNamedType(type as Parameters<typeof getNamedType>[0]);
  if (Array.isArray(value))
    return `[${value.map((each) => literal(each, isListType(type) ? type.ofType : type)).join(", ")}]`;
  if (typeof value === "string" && isEnumType(inner) && /^[A-Z]+$/.test(value)) return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = isInputObjectType(inner) ? inner.getFields() : {};
  const pairs = Object.entries(value).map(([name, each]) => `${name}: ${literal(each, fields[name]?.type)}`);
  return `{ ${pairs.join(", ")} }`;
}
