import { connectOrchestrator, type OrchestratorClient } from "../../edges/orchestrator-client.ts";

/** The orchestrator that the environment names, else the one on this machine. */
export const connect = (): OrchestratorClient =>
  connectOrchestrator(process.env.ORCHESTRATOR_URL || "http://127.0.0.1:9000");
