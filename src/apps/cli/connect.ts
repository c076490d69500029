import { connectOrchestrator, type OrchestratorClient } from "../../edges/orchestrator-client.ts";
import { secretOf } from "../../edges/secret.ts";

/** The orchestrator that the environment names, else the one on this machine; asked with the token given or that of the environment. */
export const connect = ({ token }: { readonly token?: string | undefined } = {}): OrchestratorClient =>
  connectOrchestrator(
    process.env.ORCHESTRATOR_URL || "http://127.0.0.1:9000",
    token ?? secretOf(process.env, "AUTH_TOKEN"),
  );
