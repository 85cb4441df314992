extension Int {
    /// The number as it stands in a file, where every reader has 32 bits and not every reader has 64.
    func asInt32() throws(StudyStoreError) -> Int32 {
        guard let number = Int32(exactly: self) else {
            throw StudyStoreError(.unencodable("\(self) is beyond 32 bits"))
        }
        return number
    }
}
