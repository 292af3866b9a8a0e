import type { CallToolResult } from "@modelcontextprotocol/server";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { asGraphQLError } from "../graphql/errors";
import type { Answer } from "./fit";
import { readOperations } from "./operations";
import type { Tool } from "./tool";

/** Executes an operation for the request that is served; its errors are masked. */
export type Run = (
  text: string,
  variables: Record<string, unknown>,
) => Promise<{ data?: unknown; errors?: readonly GraphQLFormattedError[] | undefined }>;

/** Why a tool has no answer, as the model is told. */
export class ToolFailure extends Error {}

/** A tool's answer; throws ToolFailure, or what nobody expects. */
export async function answerOf(tool: Tool, args: Record<string, unknown>, run: Run): Promise<Answer> {
  const { data, errors } = await run(readOperations().get(tool.name)!.text, variablesOf(tool, args));
  if (errors?.length) throw new ToolFailure(errors.map(inWords).join("\n"));
  return tool.answer(data, args);
}

/** A tool's answer or failure; what is unexpected is masked by `mask`. */
export async function callTool(
  tool: Tool,
  args: Record<string, unknown>,
  run: Run,
  mask: (error: GraphQLError) => GraphQLFormattedError,
): Promise<CallToolResult> {
  try {
    const { text, structured } = await answerOf(tool, args, run);
    return { content: [{ type: "text", text }], structuredContent: structured };
  } catch (error) {
    const text = error instanceof ToolFailure ? error.message : inWords(mask(asGraphQLError(error)));
    return { content: [{ type: "text", text }], isError: true };
  }
}

function variablesOf(tool: Tool, args: Record<string, unknown>): Record<string, unknown> {
  try {
    return tool.variables?.(args) ?? args;
  } catch (error) {
    throw error instanceof GraphQLError ? new ToolFailure(inWords(error)) : error;
  }
}

function inWords({ message, extensions: { code, retryAfter } = {} }: GraphQLFormattedError): string {
  return `${code}: ${message}${retryAfter === undefined ? "" : ` (again after ${retryAfter} s)`}`;
}
