require('@aws-sdk/no-such-client')
