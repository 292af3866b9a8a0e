import { readConfig } from "../../src/config/config";
import { problemsOf } from "./problems";

const warningsOf = (env: Record<string, string>): string[] => {
  const warnings: string[] = [];
  readConfig(env, (line) => warnings.push(line));
  return warnings;
};

describe("settings", () => {
  test.each([
    ["DATABASE_ULR", "DATABASE_URL"],
    ["DATBASE_URL", "DATABASE_URL"],
    ["DATADIR", "DATA_DIR"],
    ["PORTT", "PORT"],
    ["PROT", "PORT"],
    ["HSOT", "HOST"],
    ["OHST", "HOST"],
    ["WROKRE", "WORKER"],
    ["EXPLORE", "EXPLORER"],
    // Of other programs, perhaps: none of them may end the start.
    ["HTTP_URL", "SMTP_URL"],
    ["WORKERS", "WORKER"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["MAX_TOKEN", "MAX_TOKENS"],
  ])("%s is warned of, since it is nearly %s, and does not end the start", (name, ours) => {
    expect(problemsOf({ [name]: "x" })).toEqual([]);
    expect(warningsOf({ [name]: "x" })).toEqual([
      `${name} is not a setting of this program and is ignored; did you mean ${ours}?`,
    ]);
  });

  test("a link that Kubernetes makes to a service named metrics is no port, and is warned of", () => {
    for (const METRICS_PORT of ["tcp://10.0.0.1:9090", "udp://10.0.0.1:53"]) {
      expect(readConfig({ METRICS_PORT }, () => {}).METRICS_PORT).toBeUndefined();
      expect(warningsOf({ METRICS_PORT })).toEqual([expect.stringContaining(`METRICS_PORT ${METRICS_PORT} is a link`)]);
    }
    expect(problemsOf({ METRICS_PORT: "10.0.0.1:9090" })).toHaveLength(1);
    expect(problemsOf({ PORT: "http://10.0.0.1" })).toHaveLength(1);
  });

  test("what a machine sets for others is left alone", () => {
    const others = [
      "PATH",
      "HOME",
      "HOSTNAME",
      "HOSTTYPE",
      "PWD",
      "OLDPWD",
      "SHLVL",
      "TERM",
      "LANG",
      "USER",
      "LOGNAME",
      "SHELL",
      "MAIL",
      "CI",
      "_",
    ];
    const tools = [
      "npm_config_port",
      "NODE_ENV",
      "PGHOST",
      "PGPORT",
      "DATABASE",
      "EDITOR",
      "PORTS",
      "SORT",
      "POST",
      "COST",
      "MOST",
      "WORKDIR",
      "SUDO_USER",
      "XDG_DATA_DIRS",
      "DOCKER_HOST",
    ];
    const env = Object.fromEntries([...others, ...tools].map((name) => [name, "x"]));
    for (const each of [env, process.env as Record<string, string>]) {
      expect(problemsOf(each)).toEqual([]);
      expect(warningsOf(each)).toEqual([]);
    }
  });
});
