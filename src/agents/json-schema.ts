import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromASTUntyped,
} from "graphql";

export type JsonSchema = Record<string, unknown>;

/** The JSON type of each scalar; dates and ids are texts. */
const TYPES = new Map([
  ["Int", "integer"],
  ["Float", "number"],
  ["Boolean", "boolean"],
]);

export type Descriptions = Readonly<Record<string, string>>;

/**
 * The variables of an operation as JSON Schema, with the descriptions that are given by their names; fields of input objects
 * have those of `fields`, or else the schema's, which are longer. Variables without a description are left out.
 */
export function variablesSchema(
  schema: GraphQLSchema,
  text: string,
  descriptions: Descriptions,
  fields: Descriptions,
): JsonSchema {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("A file's operation comes first");
  const variables = new Map(operation.variableDefinitions?.map((each) => [each.variable.name.value, each]));
  const properties = Object.entries(descriptions).map(([name, description]) => {
    const variable = variables.get(name)!;
    return [name, { ...schemaOf(typeOf(schema, variable), fields), ...defaultOf(variable), description }] as const;
  });
  const isRequired = ([name]: readonly [string, unknown]) => isNeeded(variables.get(name)!);
  return objectSchema(
    Object.fromEntries(properties),
    properties.filter(isRequired).map(([name]) => name),
  );
}

/** An object with these properties and no others. */
export function objectSchema(properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

export function listSchema(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

function typeOf(schema: GraphQLSchema, { type }: VariableDefinitionNode): GraphQLInputType {
  return typeFromAST(schema, type as never) as unknown as GraphQLInputType;
}

function isNeeded({ type, defaultValue }: VariableDefinitionNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
}

function defaultOf({ defaultValue }: VariableDefinitionNode): JsonSchema {
  return defaultValue ? { default: valueFromASTUntyped(defaultValue) } : {};
}

function schemaOf(type: GraphQLInputType, descriptions: Descriptions): JsonSchema {
  if (isNonNullType(type)) return schemaOf(type.ofType, descriptions);
  if (isListType(type)) return listSchema(schemaOf(type.ofType, descriptions));
  if (isEnumType(type)) return { type: "string", enum: type.getValues().map(({ name }) => name) };
  if (!isInputObjectType(type)) return { type: TYPES.get(type.name) ?? "string" };
  const properties = Object.entries(type.getFields()).map(([name, field]) => {
    const description = descriptions[name] ?? field.description;
    return [name, { ...schemaOf(field.type, descriptions), description }];
  });
  return objectSchema(Object.fromEntries(properties), []);
}
