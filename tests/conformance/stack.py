"""A template as a stack in moto, and the expected values of its intrinsic functions."""

import json
import re
import uuid

import boto3

ACCOUNT, REGION = "123456789012", "eu-west-1"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
ARNS = {  # of resources whose Ref is a name
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/",
}
NOTHING = object()  # AWS::NoValue


class Stack:
    """A created stack. resolve is an independent evaluator, to compare it with moto's."""

    def __init__(self, moto, template, parameters=None, exports=None):
        self.moto, self.exports = moto, exports or {}
        self.template = template = self.dynamic(template)
        self.name = f"stack-{uuid.uuid4()}"
        defaults = {n: p["Default"] for n, p in template.get("Parameters", {}).items() if "Default" in p}
        self.parameters = {**defaults, **(parameters or {})}
        layers = self.layers()
        body = replaced({k: v for k, v in template.items() if k != "Transform"}, layers)
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=self.name, TemplateBody=json.dumps(body),
            Parameters=[{"ParameterKey": k, "ParameterValue": str(v)} for k, v in self.parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"])
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        self.resources = {r["LogicalResourceId"]: r for page in pages for r in page["StackResourceSummaries"]}
        self.resources.pop("", None)  # what moto did not create
        for name, arn in layers.items():
            self.resources[name]["PhysicalResourceId"] = arn

    def dynamic(self, template):
        """The template with the values of its dynamic references, which moto does not resolve."""
        def value(match):
            return self.client("ssm").get_parameter(Name=match[1])["Parameter"]["Value"]

        return json.loads(re.sub(r"\{\{resolve:ssm:([^}]*)\}\}", value, json.dumps(template)))

    def layers(self):
        """Publishes the template's layer versions and returns their ARNs, which moto's Ref does not return."""
        versions = {n: r["Properties"] for n, r in self.template["Resources"].items() if r["Type"] == "AWS::Lambda::LayerVersion"}
        return {n: self.client("lambda").publish_layer_version(LayerName=p["LayerName"], Content=p["Content"])["LayerVersionArn"]
                for n, p in versions.items()}

    def client(self, service):
        return boto3.client(service, endpoint_url=self.moto, region_name=REGION)

    def of_type(self, kind):
        """(physical ID, resolved properties, logical ID) of the type's resources that must exist."""
        return [(self.resources[name]["PhysicalResourceId"], self.resolve(r.get("Properties", {})), name)
                for name, r in self.wanted().items() if r["Type"] == kind]

    def wanted(self):
        """The resources without a condition, or with a true one."""
        return {n: r for n, r in self.template["Resources"].items() if "Condition" not in r or self.holds(r["Condition"])}

    def holds(self, condition):
        return self.resolve(self.template["Conditions"][condition])

    def resolve(self, value):
        if isinstance(value, list):
            return [v for v in map(self.resolve, value) if v is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            if function in FUNCTIONS:
                return FUNCTIONS[function](self, argument)
        resolved = {k: self.resolve(v) for k, v in value.items()}
        return {k: v for k, v in resolved.items() if v is not NOTHING}

    def ref(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        if name == "AWS::StackName":
            return self.name
        if name in self.resources:
            return self.resources[name]["PhysicalResourceId"]
        if name in PSEUDO:
            return PSEUDO[name]
        if self.template["Parameters"][name]["Type"].startswith("AWS::SSM::Parameter::Value"):
            return self.client("ssm").get_parameter(Name=self.parameters[name])["Parameter"]["Value"]
        return self.parameters[name]

    def get_att(self, argument):
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        physical, kind = self.ref(name), self.template["Resources"][name]["Type"]
        if kind == "AWS::SQS::Queue":
            queue = physical.rsplit("/", 1)[1]
            return {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}", "QueueName": queue, "QueueUrl": physical}[attribute]
        if kind == "AWS::Logs::LogGroup":
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{physical}"  # CloudFormation's ends in :*, moto's does not
        return ARNS[kind] + physical

    def sub(self, argument):
        text, values = (argument, {}) if isinstance(argument, str) else argument

        def value(match):
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in values:
                return str(self.resolve(values[name]))
            return str(self.get_att(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]*)\}", value, text)

    def choose(self, argument):
        condition, yes, no = argument
        return self.resolve(yes if self.holds(condition) else no)


def replaced(value, refs):
    """The same with values instead of Ref."""
    if isinstance(value, list):
        return [replaced(v, refs) for v in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Ref"] and value["Ref"] in refs:
        return refs[value["Ref"]]
    return {k: replaced(v, refs) for k, v in value.items()}


FUNCTIONS = {
    "Ref": Stack.ref,
    "Fn::GetAtt": Stack.get_att,
    "Fn::Sub": Stack.sub,
    "Fn::If": Stack.choose,
    "Fn::Join": lambda s, a: a[0].join(map(str, s.resolve(a[1]))),
    "Fn::Select": lambda s, a: s.resolve(a[1])[int(s.resolve(a[0]))],
    "Fn::Split": lambda s, a: s.resolve(a[1]).split(a[0]),
    "Fn::Equals": lambda s, a: str(s.resolve(a[0])) == str(s.resolve(a[1])),
    "Fn::Not": lambda s, a: not s.resolve(a[0]),
    "Fn::ImportValue": lambda s, a: s.exports[s.resolve(a)],
    "Condition": Stack.holds,
}
