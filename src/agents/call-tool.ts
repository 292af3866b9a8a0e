import type { CallToolResult, JsonSchemaValidator } from "@modelcontextprotocol/server";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { asGraphQLError } from "../graphql/errors";
import type { Answer, Form } from "./fit";
import { readOperations } from "./operations";
import type { Tool } from "./tool";

/** Executes an operation for the request that is served; its errors are masked. */
export type Run = (
  text: string,
  variables: Record<string, unknown>,
) => Promise<{ data?: unknown; errors?: readonly GraphQLFormattedError[] | undefined }>;

/** Turns an error into what a client may see. */
export type MaskError = (error: GraphQLError) => GraphQLFormattedError;

const MAX_ERRORS = 5;
/** In characters of the beginning, which says what is wrong, and of the end, which says what would be right. */
const MAX_MESSAGE_PART = 300;

/** Why a tool has no answer, as the model is told. */
export class ToolFailure extends Error {
  /** Whether other arguments would be right. */
  readonly isMistake: boolean;

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors.slice(0, MAX_ERRORS).map(inWords).join("\n"));
    this.isMistake = errors[0]?.extensions?.code === "BAD_USER_INPUT";
  }
}

/** A tool's answer, to be sent in this form; throws ToolFailure alone. */
export async function answerOf(
  tool: Tool,
  args: Record<string, unknown>,
  form: Form,
  run: Run,
  mask: MaskError,
): Promise<Answer> {
  try {
    const variables = tool.variables?.(args) ?? args;
    const { data, errors } = await run(readOperations().get(tool.name)!.text, variables);
    if (errors?.length) throw new ToolFailure(errors);
    return tool.answer(data, args, form);
  } catch (error) {
    throw error instanceof ToolFailure ? error : new ToolFailure([mask(asGraphQLError(error))]);
  }
}

/** A tool's answer or failure, such as a mistake in its arguments. */
export async function callTool(
  tool: Tool,
  check: JsonSchemaValidator<Record<string, unknown>>,
  args: Record<string, unknown>,
  run: Run,
  mask: MaskError,
): Promise<CallToolResult> {
  try {
    const { errorMessage } = check(args);
    if (errorMessage !== undefined) throw new ToolFailure([mistake(errorMessage)]);
    const { text, structured } = await answerOf(tool, args, "both", run, mask);
    return { content: [{ type: "text", text }], structuredContent: structured };
  } catch (error) {
    return { content: [{ type: "text", text: (error as ToolFailure).message }], isError: true };
  }
}

/** What is wrong with an argument, in the words of the check of arguments or of the graph. */
export function mistake(message: string): GraphQLFormattedError {
  return { message, extensions: { code: "BAD_USER_INPUT" } };
}

function inWords({ message, extensions: { code, retryAfter } = {} }: GraphQLFormattedError): string {
  return `${code}: ${withoutMiddle(message)}${retryAfter === undefined ? "" : ` (again after ${retryAfter} s)`}`;
}

/** A message that repeats a long value may be longer than an answer. */
function withoutMiddle(message: string): string {
  if (message.length <= 2 * MAX_MESSAGE_PART) return message;
  const [begin, end] = [message.slice(0, MAX_MESSAGE_PART), message.slice(-MAX_MESSAGE_PART)];
  return `${begin} … ${end}`;
}
