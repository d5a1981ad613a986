import { z } from "zod";
import { definitionSchema } from "../bundle.ts";
import * as agents from "./agent-schemas.ts";
import * as keys from "./key-schemas.ts";
import * as making from "./making-schemas.ts";
import * as policies from "./policy-schemas.ts";
import * as schemas from "./schemas.ts";
import * as scores from "./score-schemas.ts";
import * as viewing from "./viewing-schemas.ts";

/** One route of the local API: node serves it, the SDK calls it, OpenAPI is generated from it. */
export interface Route {
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** Only health is open; everything else needs the peer's token, or a capability that allows it. */
  readonly open?: boolean;
}

const route = <const R extends Route>(value: R): R => value;

/**
 * `{ref}` is an action's id, an unambiguous beginning of it, or a name that only one known action has.
 */
export const routes = {
  health: route({
    method: "get",
    path: "/health",
    summary: "Is the peer up?",
    response: schemas.healthSchema,
    open: true,
  }),
  identity: route({
    method: "get",
    path: "/v1/identity",
    summary: "Who this peer is",
    response: schemas.identitySchema,
  }),
  status: route({
    method: "get",
    path: "/v1/status",
    summary: "What this peer holds and does",
    response: schemas.statusSchema,
  }),
  peers: route({
    method: "get",
    path: "/v1/peers",
    summary: "Who this peer is connected to",
    response: schemas.peersSchema,
  }),
  search: route({
    method: "post",
    path: "/v1/search",
    summary: "Find actions by what they do",
    body: schemas.searchRequest,
    response: schemas.searchResponse,
  }),
  publish: route({
    method: "post",
    path: "/v1/actions",
    summary: "Verify an action here, then sign, pin and gossip it",
    body: definitionSchema,
    response: schemas.publishResponse,
  }),
  prove: route({
    method: "post",
    path: "/v1/proofs",
    summary: "Verify an action here without publishing it",
    body: making.proveRequest,
    response: making.proveResponse,
  }),
  describe: route({
    method: "post",
    path: "/v1/descriptions",
    summary: "What a module's types and comments say of its action",
    body: making.describeRequest,
    response: making.describeResponse,
  }),
  tools: route({
    method: "get",
    path: "/v1/tools",
    summary: "The actions that agents get as tools of their own",
    response: making.toolsResponse,
  }),
  setTools: route({
    method: "post",
    path: "/v1/tools",
    summary: "Choose them",
    body: making.toolsRequest,
    response: making.toolsResponse,
  }),
  show: route({
    method: "get",
    path: "/v1/actions/{ref}",
    summary: "Everything known about one action",
    response: schemas.actionSchema,
  }),
  source: route({
    method: "get",
    path: "/v1/actions/{ref}/source",
    summary: "An action's code and test",
    response: schemas.sourceSchema,
  }),
  run: route({
    method: "post",
    path: "/v1/actions/{ref}/runs",
    summary: "Run an action in the sandbox",
    body: schemas.runRequest,
    response: schemas.receiptSchema,
  }),
  verify: route({
    method: "post",
    path: "/v1/actions/{ref}/verification",
    summary: "Run an action's unit test now",
    body: z.strictObject({}),
    response: schemas.verificationSchema,
  }),
  feedback: route({
    method: "post",
    path: "/v1/actions/{ref}/feedback",
    summary: "Say whether an action was useful",
    body: schemas.feedbackRequest,
    response: schemas.feedbackResponse,
  }),
  score: route({
    method: "get",
    path: "/v1/actions/{ref}/score",
    summary: "Why an action has its score here, and what would change it",
    response: scores.scoreExplanationSchema,
  }),
  withdraw: route({
    method: "post",
    path: "/v1/actions/{ref}/withdrawal",
    summary: "Take back what this peer published",
    body: scores.withdrawRequest,
    response: scores.withdrawResponse,
  }),
  peer: route({
    method: "get",
    path: "/v1/peers/{ref}",
    summary: "Everything this peer thinks of another one",
    response: scores.peerViewSchema,
  }),
  trust: route({
    method: "get",
    path: "/v1/trust",
    summary: "Whom this peer's user trusts, and whom to follow might be worth it",
    response: scores.trustSchema,
  }),
  setTrust: route({
    method: "post",
    path: "/v1/trust",
    summary: "Trust or distrust a peer, or take that back",
    body: scores.trustRequest,
    response: scores.trustStatementSchema,
  }),
  policy: route({
    method: "get",
    path: "/v1/policy",
    summary: "The user's rules, the block lists in force, and what they hide",
    response: policies.policyViewSchema,
  }),
  setPolicy: route({
    method: "post",
    path: "/v1/policy",
    summary: "Change the user's rules",
    body: policies.policyRequest,
    response: policies.policyViewSchema,
  }),
  succession: route({
    method: "post",
    path: "/v1/key/succession",
    summary: "Name the key that succeeds this peer's, for good",
    body: keys.successionRequest,
    response: keys.keyStatementResponse,
  }),
  compromise: route({
    method: "post",
    path: "/v1/key/compromise",
    summary: "Declare that this peer's key is in other hands since a time, for good",
    body: keys.compromiseRequest,
    response: keys.keyStatementResponse,
  }),
  browse: route({
    method: "post",
    path: "/v1/catalogue",
    summary: "The actions known here, in an order of one's choice",
    body: viewing.browseRequest,
    response: viewing.browseResponse,
  }),
  runs: route({
    method: "post",
    path: "/v1/runs",
    summary: "The runs that this peer carried out, newest first",
    body: viewing.runsRequest,
    response: viewing.runsResponse,
  }),
  report: route({
    method: "get",
    path: "/v1/actions/{ref}/verification",
    summary: "What the last run of an action's unit test found here",
    response: viewing.reportSchema,
  }),
  marks: route({
    method: "get",
    path: "/v1/actions/{ref}/marks",
    summary: "Where in an action's text a reader should look",
    response: viewing.marksSchema,
  }),
  versions: route({
    method: "get",
    path: "/v1/actions/{ref}/versions",
    summary: "What could stand in an action's place: successors, predecessors, near-duplicates",
    response: viewing.versionsSchema,
  }),
  keep: route({
    method: "post",
    path: "/v1/actions/{ref}/keeping",
    summary: "Fetch an action and keep it here for a project, or no longer",
    body: viewing.keepRequest,
    response: viewing.keepResponse,
  }),
  keepings: route({
    method: "get",
    path: "/v1/keepings",
    summary: "What is kept here for projects, by their lock files",
    response: viewing.keepingsSchema,
  }),
  graph: route({
    method: "get",
    path: "/v1/graph",
    summary: "Who says what of whom, as this peer sees it",
    response: viewing.graphSchema,
  }),
  previewPolicy: route({
    method: "post",
    path: "/v1/policy/preview",
    summary: "What a change of the rules would hide, without making it",
    body: viewing.policyPreviewRequest,
    response: viewing.policyPreviewSchema,
  }),
  openDashboard: route({
    method: "post",
    path: "/v1/dashboard",
    summary: "A link that logs a browser in to the dashboard, once",
    body: z.strictObject({}),
    response: viewing.dashboardLinkSchema,
  }),
  mintCapability: route({
    method: "post",
    path: "/v1/capabilities",
    summary: "Make a capability with which agents use this peer, and no more of it than that allows",
    body: agents.capabilityRequest,
    response: agents.capabilityResponse,
  }),
  capabilities: route({
    method: "get",
    path: "/v1/capabilities",
    summary: "The capabilities in use, and what was used up",
    response: agents.capabilitiesResponse,
  }),
  spend: route({
    method: "post",
    path: "/v1/capabilities/spending",
    summary: "Count what the peer does not see against one's budget",
    body: agents.spendRequest,
    response: agents.spendResponse,
  }),
  revoke: route({
    method: "post",
    path: "/v1/capabilities/revocations",
    summary: "End a capability and all that was cut from it",
    body: agents.revokeRequest,
    response: agents.revokeResponse,
  }),
  openDesk: route({
    method: "post",
    path: "/v1/desks",
    summary: "Connect a space of agents to this peer",
    body: agents.openDeskRequest,
    response: agents.openDeskResponse,
  }),
  frames: route({
    method: "post",
    path: "/v1/desks/{ref}/frames",
    summary: "Hand over frames of a space, and take those that wait for it",
    body: agents.framesRequest,
    response: agents.framesResponse,
  }),
  closeDesk: route({
    method: "post",
    path: "/v1/desks/{ref}/closing",
    summary: "Disconnect a space",
    body: agents.closeDeskRequest,
    response: agents.closeDeskResponse,
  }),
  stop: route({
    method: "post",
    path: "/v1/stop",
    summary: "Stop the peer",
    body: z.strictObject({}),
    response: schemas.stopResponse,
  }),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export type BodyOfRoute<N extends RouteName> = (typeof routes)[N] extends { body: infer B extends z.ZodType }
  ? z.input<B>
  : undefined;
/** What the handler receives once the body was validated and its defaults filled in. */
export type ParsedBodyOfRoute<N extends RouteName> = (typeof routes)[N] extends {
  body: infer B extends z.ZodType;
}
  ? z.output<B>
  : undefined;
export type ResponseOfRoute<N extends RouteName> = z.output<(typeof routes)[N]["response"]>;
