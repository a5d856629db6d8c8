const { S3Client } = require('@aws-sdk/client-s3')
const { KinesisClient } = require('@aws-sdk/client-kinesis')

const s3 = new S3Client()

// The client for Kinesis uses HTTP/2 by default, which local replacements of Kinesis do
// not support. S3's request handler uses HTTP/1.1.
const kinesis = new KinesisClient({ requestHandler: s3.config.requestHandler })

module.exports = { s3, kinesis }
