import boto3.no_such_module
