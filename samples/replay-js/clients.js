const { S3Client } = require('@aws-sdk/client-s3')
const { KinesisClient } = require('@aws-sdk/client-kinesis')

const s3 = new S3Client()

// By itself the client for Kinesis speaks HTTP/2, which what stands in for Kinesis
// on a laptop does not. S3's handler is HTTP/1.1.
const kinesis = new KinesisClient({ requestHandler: s3.config.requestHandler })

module.exports = { s3, kinesis }
