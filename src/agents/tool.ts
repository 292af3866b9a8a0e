import type { GraphQLSchema } from "graphql";
import { FILTER_FIELDS } from "./filter-fields";
import type { Answer, Form } from "./fit";
import { type JsonSchema, objectSchema, variablesSchema } from "./json-schema";
import { readOperations } from "./operations";

/** Of a list, in one answer. */
const MAX_ITEMS = 50;

/** A tool of agents: an operation of the same name, how its variables are told of, and how its data is answered. */
export interface Tool {
  name: string;
  title: string;
  /** By the names of its arguments, which are the operation's variables, or what `variables` makes these of. */
  arguments: Readonly<Record<string, string>>;
  /** Arguments that are no variables. */
  ownArguments?: Readonly<Record<string, JsonSchema>>;
  /** What an answer has; it may lack what is not required. */
  output: { properties: Record<string, JsonSchema>; required: string[] };
  isWriting?: boolean;
  /** The operation's variables; throws BAD_USER_INPUT. */
  variables?(args: Record<string, unknown>): Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the data has the shape of the operation
  answer(data: any, args: Record<string, unknown>, form: Form): Answer;
}

export function inputSchemaOf(schema: GraphQLSchema, tool: Tool): JsonSchema {
  const { text } = readOperations().get(tool.name)!;
  const { properties, required, ...rest } = variablesSchema(schema, text, tool.arguments, FILTER_FIELDS);
  const own = tool.ownArguments ?? {};
  return {
    ...rest,
    properties: { ...own, ...bounded(properties as Record<string, JsonSchema>) },
    required: [...Object.keys(own), ...(required as string[])],
  };
}

function bounded({ first, ...others }: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return first ? { ...others, first: { ...first, minimum: 1, maximum: MAX_ITEMS } } : others;
}

export function outputSchemaOf({ output: { properties, required } }: Tool): JsonSchema {
  return objectSchema(properties, required);
}
