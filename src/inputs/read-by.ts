import * as v from "valibot";
import { tryReading } from "./input-error";

/** A valibot action that reads a text by `read`; its issue is the message of the InputError. */
export function readBy<T>(read: (text: string) => T) {
  return v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
    const result = tryReading(read, dataset.value);
    if ("value" in result) return result.value;
    addIssue({ message: result.problem });
    return NEVER;
  });
}
