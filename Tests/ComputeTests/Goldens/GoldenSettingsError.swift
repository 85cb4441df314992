/// Settings of a golden that no test can make anything of; they stand in JSON, in the words of an experiment file.
struct GoldenSettingsError: Error {
    let unknownKind: String
}
