/**
 * The policies shipped here, in Cedar. Each has an id, by which decisions name it. A policy file adds to them; since a forbid
 * beats every permit, it can take away from them and never lift their forbids.
 */
export const defaultPolicies: string = `
@id("admin-manages-access")
permit (
  principal in Role::"admin",
  action in [Action::"grant", Action::"revoke", Action::"review", Action::"read-log", Action::"read-report"],
  resource
);

@id("data-steward-looks-after-data")
permit (
  principal in Role::"data-steward",
  action in [
    Action::"read-data", Action::"record-consent", Action::"answer-request", Action::"erase", Action::"hold",
    Action::"dispose", Action::"attest", Action::"read-report"
  ],
  resource
);

@id("engineer-runs")
permit (
  principal in Role::"engineer",
  action in [Action::"run", Action::"monitor", Action::"read-report"],
  resource
);

@id("approver-approves")
permit (
  principal in Role::"approver",
  action in [Action::"approve", Action::"attest", Action::"read-report"],
  resource
);

@id("auditor-reads-and-reviews")
permit (
  principal in Role::"auditor",
  action in [Action::"review", Action::"read-log", Action::"read-report"],
  resource
);

@id("operator-deploys")
permit (
  principal in Role::"operator",
  action in [Action::"deploy", Action::"monitor", Action::"rotate-keys", Action::"read-report"],
  resource
);

@id("emergency-access")
permit (
  principal in Role::"emergency",
  action in [
    Action::"run", Action::"deploy", Action::"monitor", Action::"read-data", Action::"answer-request",
    Action::"read-log", Action::"read-report"
  ],
  resource
);

@id("nobody-approves-their-own")
forbid (principal, action == Action::"approve", resource)
unless { context has author && context.author != principal.name };

@id("nobody-deploys-their-own")
forbid (principal, action == Action::"deploy", resource)
when { context has author && context.author == principal.name };
`
