/// Mistakes that a coordinator could have, imitated around the real one: by its disk, by what passes between it and the
/// network, by what it is told at its start. The simulation has to find each of them.
enum PlantedBug: String, CaseIterable {
    case acknowledgesBeforeSync
    case fullDiskIsOverlooked
    case uncommittedRecordsSurvive
    case noFencing
    case oldAttemptsCheckpointIsTaken
    case epochsAreRecordedTwice
    case gapIsAccepted
    case heartbeatsRenewNoLease
    case lastIsTakenWithoutItsBest
    case orphansAreTakenAwayAtOnce
    case resumesFromWhatWasNotAcknowledged
    case handBackCountsAsFailure
    case sleepIsTakenForSilence
    case studiesAreMixedUp
    case pauseIsForgotten
}
