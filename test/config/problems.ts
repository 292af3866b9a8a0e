import { readConfig } from "../../src/config/config";

/** What is wrong with settings, by which they are refused. */
export const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env, () => {});
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
};
