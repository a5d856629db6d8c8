"""CloudFormation's two stages after StarJob, offline: the SAM transform, and cfn-lint instead of the deployment."""

import copy
import json

from cfnlint.api import ManualArgs, lint
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.transform import transform

SAM = "AWS::Serverless-2016-10-31"

# cfn-lint's warnings that StarJob's output may have: the reason, and a golden that shows it. Errors are never ignored.
EXPLAINED = {
    "W2001": ("a parameter may be used only by the prototype, which is gone", "fifo_parameter_false"),
    "W8001": ("a condition may be used only by the prototype, which is gone", "role_choice"),
    "W3005": ("DependsOn of a job becomes everything that comes out of it, some of which is referred to as well", "reference_everywhere"),
}


class ManagedPolicies:
    """The managed policies that SAM looks up in an account, from a fixed list."""

    def load(self):
        names = ["service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess",
                 "service-role/AWSLambdaVPCAccessExecutionRole", "AmazonS3ReadOnlyAccess"]
        return {n.split("/")[-1]: f"arn:{ArnGenerator.get_partition_name()}:iam::aws:policy/{n}" for n in names}


def transforms(template):
    listed = template.get("Transform", [])
    return listed if isinstance(listed, list) else [listed]


def as_packaged(template):
    """The template with local code in S3, where `sam package` would have put it."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return template


def after_sam(template, region):
    """The template as CloudFormation deploys it in a region, after SAM's transform if it has that."""
    if SAM not in transforms(template):
        return template
    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    defaults = {name: p["Default"] for name, p in template.get("Parameters", {}).items() if "Default" in p}
    return transform(copy.deepcopy(template), {**defaults, "AWS::Region": region}, ManagedPolicies())


def matches(template, *regions):
    """All findings of cfn-lint in a template for regions."""
    return lint(json.dumps(template, indent=1), config=ManualArgs(regions=list(regions)))


def findings(template, *regions):
    """cfn-lint's errors and unexplained warnings for a template in regions."""
    return [
        f"{m.rule.id} at {'.'.join(map(str, getattr(m, 'path', None) or []))}: {m.message}"
        for m in matches(template, *regions)
        if m.rule.id not in EXPLAINED
    ]
