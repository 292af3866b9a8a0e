import { once } from "node:events";
import { WebSocket } from "ws";
import type { Running } from "./processes";

/** For the environment of a process whose memory is to be measured. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

/** Bytes of a process's heap that are in use once its garbage is collected. */
export async function heapInUse(running: Running): Promise<number> {
  const [, url] = /Debugger listening on (ws:\S+)/.exec(await running.waitForOutput("Debugger listening on"))!;
  const socket = new WebSocket(url!);
  await once(socket, "open");
  let id = 0;
  const call = async (method: string): Promise<{ usedSize: number }> => {
    socket.send(JSON.stringify({ id: ++id, method }));
    const [answer] = await once(socket, "message");
    return JSON.parse(answer.toString()).result;
  };
  await call("HeapProfiler.collectGarbage");
  const { usedSize } = await call("Runtime.getHeapUsage");
  socket.close();
  return usedSize;
}
