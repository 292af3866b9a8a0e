import { execFile } from "node:child_process";
import { cp, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "../../src/root";
import { temporaryFolder } from "./processes";

const execute = promisify(execFile);

/** A client's project in a temporary folder: the files of test/clients/`name`, the schema and our packages. */
export async function createClientProject(name: string) {
  const { folder, remove } = await temporaryFolder();
  await cp(path.join(root, "test/clients", name), folder, { recursive: true });
  await cp(path.join(root, "schema.graphql"), path.join(folder, "schema.graphql"));
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return {
    folder,
    remove,
    /** Runs a program of a package as the shell would; gives all that it wrote, and its exit code. */
    run: async (program: string, ...args: string[]): Promise<{ code: number; output: string }> => {
      const command = path.join(root, "node_modules/.bin", program);
      const env = { ...process.env, NO_COLOR: "1" };
      try {
        const { stdout, stderr } = await execute(command, args, { cwd: folder, env });
        return { code: 0, output: stdout + stderr };
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, output: stdout + stderr };
      }
    },
  };
}

export type ClientProject = Awaited<ReturnType<typeof createClientProject>>;
