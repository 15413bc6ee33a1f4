package io.tollgate.model.artifact;

/** The files from which an MLflow server builds the environment that it serves the model in. */
final class PythonEnvironment {
    /** A Python that current MLflow and XGBoost both support. */
    static final String PYTHON = "3.11.7";

    private PythonEnvironment() {}

    static String requirements(String xgboostVersion) {
        return "mlflow\nxgboost>=" + xgboostVersion + "\npandas\n";
    }

    static String pythonEnv() {
        return "python: " + PYTHON + "\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n";
    }

    static String conda(String xgboostVersion) {
        return "channels:\n- conda-forge\ndependencies:\n- python=" + PYTHON
                + "\n- pip\n- pip:\n  - mlflow\n  - xgboost>=" + xgboostVersion
                + "\n  - pandas\nname: mlflow-env\n";
    }
}
