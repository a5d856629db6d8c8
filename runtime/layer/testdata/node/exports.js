exports.plan = () => {}
exports.jobs = { scan: (data, generate) => generate({ step: 'a', data }) }
