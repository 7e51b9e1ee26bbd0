// A small dialer: pull work, ask leave for each attempt, say what came of it.
//
//   node dialer.mjs [ADDRESS] [COUNT]      or ADDRESS and COUNT in the environment
//
// It knows nothing but the proto files. Nobody is dialled: the outcome is made up.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const address = process.argv[2] ?? process.env.ADDRESS ?? "127.0.0.1:50051";
const count = Number(process.argv[3] ?? process.env.COUNT ?? 5);
const channel = process.env.CHANNEL ?? "CHANNEL_ROBOT_CALL";
const protos = process.env.PROTOS ?? fileURLToPath(new URL("../../../protos", import.meta.url));

if (!Number.isInteger(count) || count < 1) {
  console.error(`COUNT must be a whole number from 1, not ${process.argv[3] ?? process.env.COUNT}`);
  process.exit(1);
}

const definition = protoLoader.loadSync(
  ["strategy/api/v1/decision.proto", "strategy/api/v1/plan.proto"],
  { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true },
);
const { DecisionService, PlanService } = grpc.loadPackageDefinition(definition).strategy.api.v1;
const plans = new PlanService(address, grpc.credentials.createInsecure());
const decisions = new DecisionService(address, grpc.credentials.createInsecure());

// Every call has a deadline. UNAVAILABLE is worth another try, with the same request id: the
// server gives a repeated request the answer it gave before.
function call(method, request, tries = 3) {
  return new Promise((resolve, reject) => {
    decisions[method](request, { deadline: Date.now() + 5000 }, (error, response) => {
      if (!error) resolve(response);
      else if (error.code === grpc.status.UNAVAILABLE && tries > 1)
        setTimeout(() => call(method, request, tries - 1).then(resolve, reject), 1000);
      else reject(error);
    });
  });
}

const instant = (at) => (at ? new Date(Number(at.seconds) * 1000).toISOString() : "not foreseen");

async function workList() {
  const stream = plans.ListWork({ channel }, { deadline: Date.now() + 30000 });
  const items = [];
  try {
    for await (const item of stream) {
      items.push(item);
      if (items.length === count) break;
    }
  } finally {
    stream.cancel();
  }
  return items;
}

async function attempt(item) {
  // The id names the attempt, so that a crash and a second try ask for the same permit.
  const words = `${item.plan_id} ${item.account_id} ${instant(item.slot_start)}`;
  const answer = await call("RequestPermit", {
    request_id: createHash("sha256").update(words).digest("hex"),
    account_id: item.account_id,
    contact_point_id: item.contact_point_id,
    channel: item.channel,
    script: item.script,
  });
  console.log(`${item.account_id} ${item.channel} ${item.script}`);
  if (!answer.permit) {
    for (const reason of answer.reasons)
      console.log(`  refused: ${reason.message} [${reason.code} ${reason.source}]`);
    console.log(`  next: ${instant(answer.next_at)}`);
    return "refused";
  }
  const { permit_id, expires_at } = answer.permit;
  console.log(`  permit ${permit_id}, dial before ${instant(expires_at)}`);
  await call("ConfirmPermit", { permit_id }); // the call was placed
  const outcome = "OUTCOME_NO_ANSWER"; // made up
  const { results } = await call("ReportOutcomes", { outcomes: [{ permit_id, outcome }] });
  if (!results[0].accepted) throw new Error(`outcome not accepted: ${results[0].message}`);
  console.log(`  reported ${outcome}`);
  return "dialled";
}

try {
  const items = await workList();
  const done = { dialled: 0, refused: 0 };
  for (const item of items) done[await attempt(item)] += 1;
  console.log(`work ${items.length}, dialled ${done.dialled}, refused ${done.refused}`);
} catch (error) {
  console.error(`${grpc.status[error.code] ?? "error"}: ${error.details ?? error.message}`);
  process.exitCode = 1;
} finally {
  plans.close();
  decisions.close();
}
